#!/usr/bin/env python3
"""A client that is not of this project, Authlib, against the sign-on of the service stubs.

    make sign-on          makes an environment for Authlib in .build, and runs this in it

The stubs run on ports of their own with two clients, one for each algorithm. This plays the browser and the gateway:
it posts the sign-in's form, takes the session from the answer, and signs who asks as the gateway would. All else is
Authlib's: PKCE, client authentication, the checks of the identity token, refreshing, introspection and revocation.
"""

import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import queue
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = ROOT / ".build" / os.environ.get("CONFIGURATION", "debug") / "service-stubs"
SECRET = secrets.token_hex(32)
IDENTITY_SECRET = secrets.token_hex(32)
REDIRECT = "http://{}.localhost/auth/callback"


look_up = socket.getaddrinfo


def look_up_this_machine(host, *arguments, **options):
    """Names below `localhost` are this machine (RFC 6761), which not every resolver knows."""
    return look_up("127.0.0.1" if str(host).endswith(".localhost") else host, *arguments, **options)


socket.getaddrinfo = look_up_this_machine


def free_ports():
    """The first of six ports in a row that nobody holds."""
    for _ in range(50):
        with contextlib.ExitStack() as held:
            first = held.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                for offset in range(1, 6):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port + offset))
            except (OSError, OverflowError):
                continue
            return port
    sys.exit("error: there are no six free ports in a row")


@contextlib.contextmanager
def back_channel():
    """A client's ear for sign-outs: yields its address, and a queue of the logout tokens that come."""
    tokens = queue.Queue()

    class Ear(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            tokens.put(urllib.parse.parse_qs(body)["logout_token"][0])
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ear) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/backchannel", tokens
        server.shutdown()


@contextlib.contextmanager
def running_stubs(folder, ear):
    """Starts the federation alone, and yields its address."""
    port = free_ports()
    address = f"http://federation.localhost:{port + 4}"
    clients = [
        {"client_id": name, "client_secret": SECRET, "first_party": name != "reader",
         "redirect_uris": [REDIRECT.format(name)], "post_logout_redirect_uris": [REDIRECT.format(name) + "/out"],
         "backchannel_logout_uri": ear, "id_token_signed_response_alg": algorithm}
        for name, algorithm in (("blog", "RS256"), ("market", "ES256"), ("reader", "RS256"))
    ]
    file = folder / "clients.json"
    file.write_text(json.dumps({"clients": clients}))
    environment = os.environ | {"IDENTITY_SECRET": IDENTITY_SECRET}
    process = subprocess.Popen(
        [BINARY, "--only", "federation", "--port-base", str(port), "--clients", file,
         "--public", f"http://{{service}}.localhost:{port + 4}"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for _ in range(300):
            if process.poll() is not None:
                sys.exit(f"error: the stubs ended while starting:\n{process.stdout.read()}")
            with contextlib.suppress(requests.ConnectionError):
                if requests.get(address + "/internal/health", timeout=2).ok:
                    break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


class Browser:
    """A browser behind a gateway: it keeps who is signed in, and says so as the gateway would."""

    def __init__(self, address):
        self.address = address
        self.session = None

    def headers(self):
        if self.session is None:
            return {}
        now = int(time.time())
        claims = self.session | {
            "iss": "gateway", "aud": "federation", "sid": "session-of-the-check", "iat": now, "exp": now + 60,
            "jti": secrets.token_hex(16)}
        encode = lambda data: base64.urlsafe_b64encode(data).decode().rstrip("=")
        message = encode(b'{"alg":"HS256","typ":"JWT"}') + "." + encode(json.dumps(claims).encode())
        signature = hmac.new(IDENTITY_SECRET.encode(), message.encode(), hashlib.sha256).digest()
        return {"Gateway-Identity": message + "." + encode(signature)}

    def get(self, url):
        url = urllib.parse.urljoin(self.address, url)
        return requests.get(url, headers=self.headers(), allow_redirects=False, timeout=10)

    def visit(self, url):
        """Follows a login until the browser is sent back to a client; signs in when it is asked to."""
        for _ in range(5):
            location = self.get(url).headers["Location"]
            if "/auth/callback?" in location:
                return location
            assert location.startswith("/sign-in?request="), location
            request = urllib.parse.parse_qs(urllib.parse.urlsplit(location).query)["request"][0]
            answer = requests.post(
                self.address + "/sign-in", timeout=10,
                data={"email": "member@example.org", "password": "rose-ash", "request": request})
            assert answer.status_code == 200, answer.text
            self.session = answer.json()["session"]
            url = answer.json()["redirect"]
        raise AssertionError("the login does not end")


def check_client(address, browser, name, algorithm):
    """One client's whole way, from discovery to revocation."""
    metadata = OpenIDProviderMetadata(requests.get(
        address + "/.well-known/openid-configuration", timeout=10).json())
    # Authlib wants https of every endpoint, which an address of this machine has not; all else of it is checked.
    secure = json.loads(json.dumps(metadata).replace("http://", "https://"))
    OpenIDProviderMetadata(secure).validate()
    AuthorizationServerMetadata(secure).validate()
    assert metadata["issuer"] == address

    client = OAuth2Session(
        name, SECRET, scope="openid profile email", redirect_uri=REDIRECT.format(name), code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if algorithm == "RS256" else "client_secret_post")
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    url, state = client.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
    back = browser.visit(url)
    assert f"iss={urllib.parse.quote(address, safe='')}" in back, back
    token = client.fetch_token(
        metadata["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier)

    keys = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())
    options = {
        "iss": {"essential": True, "value": address}, "aud": {"essential": True, "value": name},
        "sid": {"essential": True, "value": "session-of-the-check"}, "email": {"value": "member@example.org"}}
    claims = JsonWebToken([algorithm]).decode(
        token["id_token"], keys, claims_cls=CodeIDToken, claims_options=options,
        claims_params={"nonce": nonce, "client_id": name, "access_token": token["access_token"]})
    claims.validate(leeway=0)
    assert claims["sub"] == "user-1" and claims["amr"] == ["pwd"], claims

    person = client.get(metadata["userinfo_endpoint"], timeout=10).json()
    assert person["sub"] == claims["sub"] and person["name"] == "Robin Hale", person

    old = token["refresh_token"]
    token = client.refresh_token(metadata["token_endpoint"], refresh_token=old)
    assert token["refresh_token"] != old
    told = client.introspect_token(metadata["introspection_endpoint"], token=token["access_token"]).json()
    assert told["active"] and told["client_id"] == name, told
    assert client.revoke_token(metadata["revocation_endpoint"], token=token["refresh_token"]).status_code == 200
    told = client.introspect_token(metadata["introspection_endpoint"], token=token["access_token"]).json()
    assert told == {"active": False}, told
    print(f"    {name}: signed in with {algorithm}, refreshed, introspected, revoked")


def check_sign_out(address, browser, name, algorithm, tokens):
    """A login that begins with a pushed request and ends with a sign-out, of which the client is told."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    pushed = requests.post(address + "/oauth/par", auth=(name, SECRET), timeout=10, data={
        "response_type": "code", "redirect_uri": REDIRECT.format(name), "scope": "openid", "state": state,
        "code_challenge": create_s256_code_challenge(verifier), "code_challenge_method": "S256", "prompt": "none"})
    assert pushed.status_code == 201, pushed.text
    client = OAuth2Session(name, SECRET, redirect_uri=REDIRECT.format(name))
    back = browser.visit(f"{address}/oauth/authorize?" + urllib.parse.urlencode(
        {"client_id": name, "request_uri": pushed.json()["request_uri"]}))
    token = client.fetch_token(
        address + "/oauth/token", authorization_response=back, state=state, code_verifier=verifier)

    left = browser.get("/oauth/logout?" + urllib.parse.urlencode({
        "id_token_hint": token["id_token"], "post_logout_redirect_uri": REDIRECT.format(name) + "/out",
        "state": "s"})).headers["Location"]
    assert left == REDIRECT.format(name) + "/out?state=s", left
    keys = JsonWebKey.import_key_set(requests.get(address + "/oauth/jwks", timeout=10).json())
    claims = JsonWebToken([algorithm]).decode(tokens.get(timeout=5), keys, claims_options={
        "iss": {"essential": True, "value": address}, "aud": {"essential": True, "value": name},
        "sid": {"essential": True, "value": "session-of-the-check"}, "jti": {"essential": True},
        "iat": {"essential": True}, "exp": {"essential": True}})
    claims.validate(leeway=0)
    assert claims.header["typ"] == "logout+jwt" and "nonce" not in claims, claims
    assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}, claims
    refused = requests.post(address + "/oauth/token", auth=(name, SECRET), timeout=10, data={
        "grant_type": "refresh_token", "refresh_token": token["refresh_token"]})
    assert refused.json()["error"] == "invalid_grant", refused.text
    print(f"    {name}: pushed a request, signed out, and was told of it")


def main():
    if not BINARY.exists():
        sys.exit(f"error: there is no {BINARY.relative_to(ROOT)}; build it first: swift build")
    with contextlib.ExitStack() as started:
        folder = pathlib.Path(started.enter_context(tempfile.TemporaryDirectory()))
        ear, tokens = started.enter_context(back_channel())
        address = started.enter_context(running_stubs(folder, ear))
        browser = Browser(address)
        check_client(address, browser, "blog", "RS256")
        # The second client signs nobody in: the browser is known already.
        signed_in = browser.session
        check_client(address, browser, "market", "ES256")
        assert browser.session is signed_in, "the second client should not have asked for a sign-in"
        check_sign_out(address, browser, "market", "ES256", tokens)
    print("Authlib gets along with the sign-on.")


if __name__ == "__main__":
    main()
