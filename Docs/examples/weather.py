"""The weather, as a service of a site: python3 weather.py [PORT]"""
import base64, hashlib, hmac, html, json, os, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

SKY = {"bath": "drizzle, 12 degrees", "lisbon": "sunny, 24 degrees", "oslo": "snow, -3 degrees"}
MANIFEST = {"protocol": 1, "service": "weather", "version": "1", "fragments": [
    {"type": "today", "title": "Today's weather",
     "params": [{"name": "city", "type": "string", "enum": list(SKY), "default": "bath"}],
     "cache": "public, max-age=60, stale-if-error=3600", "tags": ["weather"]},
    {"type": "greeting", "title": "A word to whoever asks", "varies": ["user"], "cache": "private, no-cache"}]}

def identity(assertion, secret=os.environ.get("IDENTITY_SECRET", "").encode()):
    """Who asks, by the gateway's signed word (HS256); None when nobody does, or when the word is not good."""
    try:
        head, body, signature = (assertion or "").split(".")
        decode = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        good = hmac.new(secret, f"{head}.{body}".encode(), hashlib.sha256).digest()
        if not secret or not hmac.compare_digest(good, decode(signature)): return None
        header, claims, now = json.loads(decode(head)), json.loads(decode(body)), time.time()
        is_good = (header["alg"] == "HS256" and "crit" not in header and claims["aud"] == "weather"
                   and claims["iss"] == os.environ.get("IDENTITY_ISSUER", "gateway")
                   and claims["iat"] <= now + 5 and now - 5 < claims["exp"] <= claims["iat"] + 60)
        return claims if is_good else None
    except (ValueError, KeyError, TypeError):
        return None

class Weather(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        if url.path == "/internal/health":
            self.answer(200, "well", "text/plain; charset=utf-8")
        elif url.path == "/internal/fragments":
            self.answer(200, json.dumps(MANIFEST), "application/json")
        elif url.path == "/internal/fragments/today":
            city = query.pop("city", "bath")
            if query or city not in SKY:
                self.answer(400, "<p>city is one of " + ", ".join(SKY) + "</p>")
            else:
                self.answer(200, f"<p>Today in {city.title()}: {SKY[city]}.</p>", fragment=MANIFEST["fragments"][0])
        elif url.path == "/internal/fragments/greeting":
            who = identity(self.headers["Gateway-Identity"])
            name = html.escape(who.get("name") or who["sub"]) if who else "stranger"
            self.answer(400 if query else 200, f"<p>Hello, {name}.</p>", fragment=MANIFEST["fragments"][1])
        else:
            self.answer(404, "")

    def answer(self, status, text, content_type="text/html; charset=utf-8", fragment=None):
        body = text.encode()
        tag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        if status == 200 and tag in self.headers.get("If-None-Match", ""):
            status, body = 304, b""
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", fragment["cache"] if fragment and status < 400 else "no-store")
        if status < 400: self.send_header("ETag", tag)
        if fragment and "tags" in fragment: self.send_header("Cache-Tag", ", ".join(fragment["tags"]))
        if fragment and "varies" in fragment: self.send_header("Vary", "Gateway-Identity")
        self.end_headers()
        self.wfile.write(body)

if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 5010), Weather).serve_forever()
