//! Mailbox providers of East Asia: Tencent, NetEase, Sina, Sohu, Naver, Daum, and Japan's telephone companies.
//!
//! Sources: Tencent's and NetEase's help pages on returned mail; NetEase's replies carry codes such as `DT:SPM` and `MI:SPF`, listed there. Japan's
//! telephone companies say in their pages for senders that they refuse unknown users and users' own filters alike with 550.

use crate::explain::rule::on;
use crate::wire::{Reason as R, Stage};

use super::Provider;

const QQ_PAGE: &str = "Tencent: QQ Mail help, returned mail";
const NETEASE_PAGE: &str = "NetEase: codes of returned mail";
const SINA_PAGE: &str = "Sina: codes of returned mail";
const JAPAN_PAGE: &str = "NTT DOCOMO, KDDI, SoftBank: to senders of mail";
const KOREA_PAGE: &str = "Naver, Daum: postmaster pages";

pub(super) const QQ: Provider = Provider {
    name: "Tencent",
    hosts: &["qq.com", "foxmail.com", "exmail.qq.com", "qiye.qq.com", "tencent.com"],
    marks: "/service.exmail.qq.com | /service.mail.qq.com | /open.work.weixin.qq.com | /mail.qq.com",
    rules: &[
        on(R::UserUnknown, 96, QQ_PAGE)
            .words("mailbox not found | user not found | account not found")
            .unless("access denied"),
        on(R::RateLimited, 97, QQ_PAGE)
            .words("frequency limited | too many | unavailable or access denied | connection denied"),
        on(R::SpamDetected, 97, QQ_PAGE).words("content denied | spam").unless("spam ip"),
        on(R::Filtered, 97, QQ_PAGE).words("rejected by recipients"),
        on(R::Blocked, 96, QQ_PAGE).words(
            "ip .. denied | suspected bounce attacks | suspected spam ip | \
             domain .. blacklist* | sender ip is blocked | mail from .. rejected",
        ),
        on(R::SyntaxError, 95, QQ_PAGE).words("bad address syntax | invalid helo"),
        on(R::Rejected, 95, QQ_PAGE).words("dns check failed"),
        on(R::AuthFailure, 97, QQ_PAGE)
            .words("spf check failed | dmarc check failed | dkim check failed | spf | dmarc"),
        on(R::Suspend, 96, QQ_PAGE).words("account is closed | mailbox is disabled | user is frozen"),
        on(R::MailboxFull, 97, QQ_PAGE).words("mailbox is full | storage"),
        on(R::EmailTooLarge, 97, QQ_PAGE).words("message too large | mail size"),
        on(R::NotCompliantRfc, 95, QQ_PAGE).words("mail header | missing from | from header"),
    ],
};

pub(super) const NETEASE: Provider = Provider {
    name: "NetEase or another Coremail server",
    hosts: &[
        "163.com",
        "126.com",
        "netease.com",
        "yeah.net",
        "188.com",
        "sina.com",
        "sina.com.cn",
        "sohu.com",
        "263.net",
        "icoremail.net",
        "aliyun.com",
        "mxhichina.com",
        "139.com",
        "189.cn",
        "21cn.com",
        "tom.com",
    ],
    marks: "/mail.163.com | /feedback.mail.126.com | /corp.netease.com | dt spm | mi spf | dt sum | rp trc | rp qrc | hl rep | mi dmc | hl icc | hl ifc | hl mep | hl ihu | hl ipb | hl ifq | hl itc | mi nhd | mi imf | mi dma | mi stc | mi sfq | mi spb | rp frl | rp rcl | rp cel | mi cel | rp ccl | dt rbl | wm bli | wm blu | rp drc | ib spb",
    rules: &[
        on(R::SpamDetected, 97, NETEASE_PAGE).words("dt spm | dt sur | dt cnt | ib spb"),
        on(R::AuthFailure, 98, NETEASE_PAGE).words("mi spf | mi dma | mi dkm | spf check failed"),
        on(R::RateLimited, 97, NETEASE_PAGE).words(
            "rp trc | rp qrc | rp drc | rp ccl | rp cel | hl icc | hl ifc | hl ifs | hl ifq | hl itc | mi cel | mi ccl \
             | mi csl | mi dmc | mi sfq | mi stc | rp rcl | too much recipient",
        ),
        on(R::Blocked, 97, NETEASE_PAGE)
            .words("dt rbl | wm bli | hl rep | hl mep | hl ihu | hl ipb | hl ehr | hl rbl | ip in blacklist | dt rbh | mi des | ip is rejected | ip is hangup | invalid ip"),
        on(R::Rejected, 97, NETEASE_PAGE)
            .words("mi idn | mi std | mi imf | mi spb | wm blu | dt sum | fake sender | local user only | null sender is not allowed"),
        on(R::SyntaxError, 97, NETEASE_PAGE).words("mi nhd | bad syntaxu"),
        on(R::NoRelaying, 97, NETEASE_PAGE).words("rp frl"),
        on(R::Filtered, 97, NETEASE_PAGE).words("user in blacklist | user rejected"),
        on(R::ContentError, 96, NETEASE_PAGE).words("illegal attachment"),
        on(R::AuthFailure, 96, SINA_PAGE).words("remote ip check"),
        on(R::UserUnknown, 96, NETEASE_PAGE)
            .words("user not found | invalid user | no such user | user .. does not exist | rp nhd"),
        on(R::Suspend, 96, NETEASE_PAGE).words("user suspended | user locked | account closed"),
        on(R::MailboxFull, 96, NETEASE_PAGE).words("mailbox is full | user quota"),
        on(R::NotCompliantRfc, 92, NETEASE_PAGE).words("dt env | invalid header"),
        on(R::Rejected, 85, NETEASE_PAGE).words("invalid sender"),
    ],
};

pub(super) const JAPAN: Provider = Provider {
    name: "a telephone company of Japan",
    hosts: &[
        "docomo.ne.jp",
        "ezweb.ne.jp",
        "au.com",
        "softbank.ne.jp",
        "softbank.jp",
        "vodafone.ne.jp",
        "dti.ne.jp",
        "nifty.com",
        "biglobe.ne.jp",
        "ocn.ad.jp",
        "ocn.ne.jp",
        "so-net.ne.jp",
        "plala.or.jp",
        "ymobile.ne.jp",
        "rakuten.jp",
    ],
    marks: "",
    rules: &[
        on(R::UserUnknown, 94, JAPAN_PAGE)
            .words("user unknown | unknown user | invalid recipient | recipient address rejected"),
        on(R::Filtered, 50, JAPAN_PAGE).at(&[Stage::Data, Stage::Body]).code(&[550, 554]),
        on(R::RateLimited, 88, JAPAN_PAGE)
            .code(&[4])
            .words("too many | try again later | rate | service not available"),
    ],
};

pub(super) const KOREA: Provider = Provider {
    name: "Naver or Daum",
    hosts: &["naver.com", "daum.net", "hanmail.net", "kakao.com", "nate.com"],
    marks: "/mail.naver.com | /realip.naver.com | /cs.daum.net | /cleanip.paran.com | nsmtp",
    rules: &[
        on(R::UserUnknown, 95, KOREA_PAGE).words("unknown user | no such user | invalid recipient | 5.1.1 unknown"),
        on(R::RateLimited, 94, KOREA_PAGE).words("refused .. too many | too many | exceed .. limit | rate"),
        on(R::Blocked, 94, KOREA_PAGE).words("refused rbl | your ip .. blocked | blocked ip"),
        on(R::Suspend, 95, KOREA_PAGE).words("dormant | inactive | withdrawn | suspended user"),
        on(R::Blocked, 95, KOREA_PAGE).words("ip .. is filtered | register your ip | ccrt"),
        on(R::SystemError, 94, KOREA_PAGE).words("chic"),
    ],
};
