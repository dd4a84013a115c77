"""What the page's server refuses, and what it tells the browser."""

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from linkage.errors import StorageError
from quality.review.decisions import DecisionLog, read_lines
from quality.review.page.session import sitting
from quality.review.page.site import ReviewSite
from quality.serving import serving

ROOT = Path(__file__).parents[3]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Client:
    """Asks as a browser does that was let in; every header can be changed."""

    def __init__(self, address):
        self.address = urlsplit(address)
        self.host = f"127.0.0.1:{self.address.port}"
        self.cookie = self.folder = None

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.address.port, timeout=10)
        sent = {"Host": self.host, "Cookie": self.cookie} | headers
        sent = {name.replace("_", "-"): value for name, value in sent.items() if value is not None}
        connection.request(method, path, body, sent)
        reply = connection.getresponse()
        reply.text = reply.read().decode()
        connection.close()
        return reply

    def enter(self):
        reply = self.ask("GET", f"/enter?{self.address.query}")
        self.cookie, attributes = reply.headers["Set-Cookie"].split("; ", 1)
        self.folder = re.search("Path=([^;]+)", attributes)[1]
        return reply

    def answer(self, place, answer, form_token=None, **headers):
        page = self.ask("GET", f"{self.folder}{place}").text
        token = form_token or re.search('name="form_token" value="([^"]+)"', page)[1]
        body = urlencode({"form_token": token, "answer": answer})
        sent = FORM | {"Origin": f"http://{self.host}"} | headers
        return self.ask("POST", f"{self.folder}{place}", body, **sent)


@pytest.fixture
def server(run):
    """The page of anna, being served."""
    with sitting(run, "anna") as session, serving(partial(ReviewSite, session)) as server:
        yield server


@pytest.fixture
def client(server):
    """A client that was let in."""
    client = Client(server.access.address)
    client.enter()
    return client


def decisions(review):
    return [(each.unit, each.outcome.answer) for each in read_lines(review, "anna")]


def test_it_listens_on_this_machine_only(server):
    assert server.server_address[0] == "127.0.0.1"
    assert server.access.address.startswith("http://127.0.0.1:")


def test_an_answer_is_on_the_disk_before_the_next_is_shown(client, server, review):
    reply = client.answer(1, "2")
    assert reply.status == 303
    assert reply.headers["Location"] == f"{client.folder}2?after=1"
    unit = server.site.session.case(1).unit.number
    assert decisions(review) == [(unit, 2)]
    following = client.ask("GET", reply.headers["Location"])
    assert "2 of 20" in following.text
    assert "Saved for 1: candidate 2." in following.text


def test_the_token_opens_the_page_once(server):
    address = server.access.address
    client = Client(address)
    reply = client.enter()
    assert reply.status == 200
    kept = reply.headers["Set-Cookie"].split("; ")[1:]
    assert {"HttpOnly", "SameSite=Strict", f"Path={client.folder}"} == set(kept)
    again = Client(address).ask("GET", f"/enter?{urlsplit(address).query}")
    assert again.status == 403
    assert again.headers["Set-Cookie"] is None
    assert client.ask("GET", client.folder).status == 303


def test_a_guess_of_the_browser_does_not_use_the_token_up(server):
    client = Client(server.access.address)
    path = f"/enter?{client.address.query}"
    assert client.ask("GET", path, Sec_Purpose="prefetch;prerender").status == 403
    assert client.enter().status == 200


@pytest.mark.parametrize("query", ["", "token=", "token=wrong", "token=%ff"])
def test_a_wrong_token_is_refused(server, query):
    reply = Client(server.access.address).ask("GET", f"/enter?{query}")
    assert reply.status == 403
    assert reply.headers["Set-Cookie"] is None


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{}", "localhost", "[::1]:{}", ""])
def test_a_wrong_host_is_refused(client, server, review, host):
    wrong = host.format(client.address.port)
    asked = client.ask("GET", f"{client.folder}1", Host=wrong)
    told = client.answer(1, "1", Host=wrong)
    entered = client.ask("GET", f"/enter?{client.address.query}", Host=wrong)
    assert [asked.status, told.status, entered.status] == [403, 403, 403]
    assert decisions(review) == []


def test_the_other_name_of_this_machine_is_ours(client):
    name = f"localhost:{client.address.port}"
    assert client.ask("GET", f"{client.folder}1", Host=name).status == 200
    assert client.answer(1, "1", Host=name, Origin=f"http://{name}").status == 303


@pytest.mark.parametrize(
    "change",
    [
        {"Cookie": None},
        {"Cookie": "review=wrong"},
        {"Cookie": "review="},
        {"Cookie": "other=1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_who_was_not_let_in_sees_and_changes_nothing(client, review, change):
    asked = client.ask("GET", f"{client.folder}1", **change)
    told = client.answer(1, "1", **change)
    assert [asked.status, told.status] == [403, 403]
    assert "This record" not in asked.text
    assert decisions(review) == []


def test_the_folder_is_a_secret_too(client):
    assert client.ask("GET", "/1").status == 403
    assert client.ask("GET", "/guess/1").status == 403


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "https://127.0.0.1:{}", "http://127.0.0.1:1"]
)
def test_a_form_from_elsewhere_is_refused(client, review, origin):
    wrong = origin and origin.format(client.address.port)
    assert client.answer(1, "1", Origin=wrong).status == 403
    assert decisions(review) == []


def test_a_form_without_our_token_is_refused(client, review):
    body = urlencode({"answer": "1"})
    sent = FORM | {"Origin": f"http://{client.host}"}
    assert client.ask("POST", f"{client.folder}1", body, **sent).status == 403
    assert client.answer(1, "1", form_token="wrong").status == 403
    assert client.answer(1, "1", **{"Content-Type": "text/plain"}).status == 403
    assert decisions(review) == []


@pytest.mark.parametrize("answer", ["31", "0", "-1", "match", "", "1 OR 1", "9999"])
def test_what_is_no_answer_is_refused(client, review, answer):
    assert client.answer(1, answer).status == 400
    assert decisions(review) == []


@pytest.mark.parametrize("name", ["0", "21", "-1", "x", "1/2", "../1", "%31"])
def test_pages_that_are_not_there(client, name):
    assert client.ask("GET", f"{client.folder}{name}").status == 404


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "<script>"])
def test_other_methods_are_refused_and_not_quoted(client, method):
    reply = client.ask(method, f"{client.folder}1")
    assert reply.status == 501
    assert "<script>" not in reply.text.partition("<script nonce")[0]


def test_a_form_too_long_is_not_read(client, review):
    assert client.answer(1, "1" * 5000).status == 403
    assert decisions(review) == []


@pytest.mark.parametrize("path", ["enter", "case", "wrong", "done"])
def test_every_answer_tells_the_browser_to_keep_and_load_nothing(client, path):
    asked = {"enter": "/enter", "case": f"{client.folder}1", "done": f"{client.folder}done"}
    reply = client.ask("GET", asked.get(path, "/x"))
    headers = reply.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Python" not in headers["Server"]
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    nonce = re.search("script-src 'nonce-([^']+)'", policy)[1]
    assert re.findall(r"<(?:script|style)[^>]*>", reply.text) == [
        f'<style nonce="{nonce}">',
        f'<script nonce="{nonce}">',
    ]
    assert not re.search(r'\b(?:src|style|on\w+)="', reply.text)
    assert "http" not in reply.text


def test_the_page_is_blind(client, server, review):
    """Two cases differ in nothing but their values: not in what the run did with them."""
    shapes = set()
    for place in (1, 2, 3, 4, 5, 6):
        page = client.ask("GET", f"{client.folder}{place}").text
        body = page[page.index("<body>") : page.index("<script")]
        for hidden in ("link", "weight", "probab", "score", "stratum", "meets", "unit"):
            assert hidden not in body.lower().replace("unlike", "")
        shapes.add("".join(re.findall(r"<ol|<li|<button|<h\d", body)))
    assert len(shapes) == 1
    kinds = {server.site.session.case(place).unit.kind for place in (1, 2, 3, 4, 5, 6)}
    assert kinds == {"link", "unlinked"}


def test_values_are_shown_as_text(run):
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = run / "restricted" / "review" / "sheets.parquet"
    table = pq.read_table(path)
    nasty = pa.array(['<img src=x onerror="alert(1)">{{7*7}}'] * len(table))
    pq.write_table(table.set_column(3, "surname", nasty), path)
    with sitting(run, "anna") as session, serving(partial(ReviewSite, session)) as server:
        client = Client(server.access.address)
        client.enter()
        page = client.ask("GET", f"{client.folder}1").text
    assert "<img" not in page
    assert "&lt;img src=x onerror=&#34;alert(1)&#34;&gt;{{7*7}}" in page


def test_a_disk_that_refuses_is_told_and_nothing_counts(client, review, monkeypatch):
    def full(*_):
        raise StorageError([])

    monkeypatch.setattr(DecisionLog, "append", full)
    reply = client.answer(1, "1")
    assert reply.status == 507
    assert "not saved" in reply.text
    assert client.ask("GET", f"{client.folder}").headers["Location"] == f"{client.folder}1"


def test_the_adjudicator_sees_both_proposals_and_not_whose(run, review):
    for name, answers in (("anna", {1: 1, 2: "none"}), ("ben", {1: 2, 2: "unsure"})):
        with sitting(run, name) as session:
            for place in range(1, session.n_cases + 1):
                if session.case(place).unit.number in answers:
                    session.save(place, answers[session.case(place).unit.number])
    with sitting(run, "chris", True) as session, serving(partial(ReviewSite, session)) as server:
        client = Client(server.access.address)
        client.enter()
        assert session.n_cases == 2
        pages = [client.ask("GET", f"{client.folder}{place}").text for place in (1, 2)]
        proposed = sorted(
            re.findall(r'value="(\w+)"[^\0]*?</(?:button|div)>', tag)[0]
            for page in pages
            for tag in re.findall(r'<button name="answer"(?:(?!<button)[^\0])*?proposed', page)
            for tag in [tag + "</button>"]
        )
        assert proposed == ["1", "2", "none", "unsure"]
        assert not any(name in page for page in pages for name in ("anna", "ben"))
        assert client.answer(1, "none").status == 303
    lines = list(read_lines(review, "chris"))
    assert [each.adjudicated for each in lines] == [True]


@contextlib.contextmanager
def started(run, *options):
    """The command, started as a person would; gives the process and what it has said."""
    command = [sys.executable, "-m", "cli", "review", "serve", str(run), "--reviewer", "anna"]
    process = subprocess.Popen(
        [*command, *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    said = [process.stdout.readline() for _ in range(3)]
    try:
        yield process, said
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_nothing_is_logged_and_ctrl_c_ends_well(run, review):
    with started(run) as (process, said):
        client = Client(said[-1].strip())
        client.enter()
        client.answer(1, "1")
        client.ask("GET", "/surname=okafor")
        client.ask("<BAD>", "/surname=okafor")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert err == ""
    assert out == "1 of 20 records answered; all are saved\n"
    token = client.address.query.removeprefix("token=")
    written = [path for path in run.rglob("*") if path.is_file()]
    assert [path for path in written if token.encode() in path.read_bytes()] == []
    assert sorted(path.name for path in written) == [
        ".reviewers.lock", "anna.jsonl", "candidates.parquet", "design.json", "reviewers.json",
        "sheets.parquet", "units.parquet",
    ]  # fmt: skip


def test_it_ends_when_nobody_uses_it(run):
    begun = time.monotonic()
    with started(run, "--idle-minutes", "0.02") as (process, _):
        out, err = process.communicate(timeout=20)
    assert time.monotonic() - begun < 15
    assert process.returncode == 0
    assert err == ""
    assert "not used for 0.02 minutes" in out


def test_a_killed_server_loses_nothing(run, review):
    answers = {}
    for place in range(1, 4):
        with started(run) as (process, said):
            client = Client(said[-1].strip())
            client.enter()
            assert client.ask("GET", client.folder).headers["Location"].endswith(f"/{place}")
            client.answer(place, str(place))
            answers[place] = place
            process.kill()
    with sitting(run, "anna") as session:
        assert {place: session.answer(place) for place in answers} == answers
        assert session.n_answered == 3
