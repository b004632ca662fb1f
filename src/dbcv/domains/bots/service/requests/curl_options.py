"""The options of curl that a command line may hold: which take a value, and which say nothing about the request."""

SHORT = {
    "X": "request", "H": "header", "d": "data", "F": "form", "u": "user", "G": "get", "b": "cookie", "x": "proxy",
    "U": "proxy-user", "A": "user-agent", "e": "referer", "I": "head", "T": "upload-file", "k": "insecure",
    "L": "location", "s": "silent", "S": "show-error", "v": "verbose", "i": "include", "f": "fail", "o": "output",
    "O": "remote-name", "J": "remote-header-name", "m": "max-time", "c": "cookie-jar", "K": "config", "w": "write-out",
    "r": "range", "E": "cert", "n": "netrc", "g": "globoff", "N": "no-buffer", "4": "ipv4", "6": "ipv6",
    "0": "http1.0", "1": "tlsv1", "2": "sslv2", "3": "sslv3", "#": "progress-bar", "D": "dump-header",
    "C": "continue-at", "y": "speed-time", "Y": "speed-limit", "z": "time-cond", "p": "proxytunnel", "q": "disable",
    "R": "remote-time",
    "a": "append", "B": "use-ascii", "j": "junk-session-cookies", "l": "list-only", "M": "manual", "P": "ftp-port",
    "Q": "quote", "t": "telnet-option", "V": "version", "h": "help", "Z": "parallel", ":": "next",
}  # fmt: skip

_TAKE_VALUES = """
request header data data-ascii data-raw data-binary data-urlencode json form form-string user cookie proxy
proxy-user user-agent referer upload-file url url-query oauth2-bearer socks5 socks5-hostname socks4 socks4a range
output max-time connect-timeout cookie-jar config write-out cert key cacert capath cert-type key-type pass ciphers
retry retry-delay retry-max-time max-redirs dump-header continue-at speed-time speed-limit time-cond limit-rate
resolve connect-to interface dns-servers dns-interface dns-ipv4-addr dns-ipv6-addr unix-socket abstract-unix-socket
aws-sigv4 proxy-header proxy-cert proxy-key proxy-pass proxy-cacert proxy1.0 preproxy noproxy trace trace-ascii
trace-config stderr max-filesize keepalive-time keepalive-cnt local-port tls-max tls13-ciphers proxy-ciphers
netrc-file output-dir parallel-max create-file-mode expect100-timeout happy-eyeballs-timeout-ms request-target
service-name proxy-service-name delegation doh-url ech curves engine crlfile pinnedpubkey proto proto-default
proto-redir quote postquote prequote random-file egd-file rate sasl-authzid alt-svc hsts libcurl login-options
mail-from mail-rcpt mail-auth ftp-port ftp-account ftp-method telnet-option tftp-blksize variable vlan-priority
ip-tos tlsuser tlspassword tlsauthtype krb haproxy-clientip hostpubmd5 hostpubsha256 pubkey sigalgs etag-save
etag-compare ipfs-gateway upload-flags
"""
_SAY_NOTHING = """
location location-trusted silent show-error verbose include fail fail-with-body fail-early output remote-name
remote-name-all remote-header-name write-out no-buffer buffer progress-bar progress-meter dump-header http1.0
http1.1 http2 http2-prior-knowledge http3 http3-only tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 ipv4 ipv6 globoff
compressed no-compressed tcp-nodelay keepalive keepalive-time stderr trace trace-ascii trace-time trace-ids
trace-config disable no-progress-meter no-keepalive no-alpn no-npn no-sessionid path-as-is remote-time
styled-output no-styled-output suppress-connect-headers create-dirs output-dir parallel cookie-jar raw tr-encoding
basic max-redirs connect-timeout retry-delay retry-max-time retry-connrefused retry-all-errors
post301 post302 post303 anyauth libcurl proxytunnel limit-rate no-clobber remove-on-error xattr
"""

WITH_VALUE = frozenset(_TAKE_VALUES.split())
"""Long names of those that take the next word."""

WITHOUT_MEANING = frozenset(_SAY_NOTHING.split())
"""Left out without a word: they are about the terminal, or the platform decides (pauses, redirects, packing)."""
