"""E-mail, to a real SMTP server."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from partnerships import BadRequest, Service
from partnerships.lifecycle.vocabulary import Role
from partnerships.scheduler.delivery.mail import Mail
from partnerships.scheduler.delivery.message import Message
from partnerships.scheduler.delivery.people import Listed, People
from tests.scheduler.delivery.office import LEASE, asked, deliver, failed
from tests.scheduler.delivery.servers import Mailbox, smtp
from tests.story import Story

SENDER = "Partnerships <prompts@office.example.org>"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def mail(mailbox: Mailbox) -> Iterator[Mail]:
    with smtp(mailbox) as port:
        yield Mail("127.0.0.1", SENDER, port=port, security="none")


def people(address: str = "pm-1@example.org", **more: Any) -> People:
    roles = (Role.PROGRAMME_MANAGER,)
    return People([Listed(id="pm-1", roles=roles, addresses={"mail": address}, **more)])


def part(letter: EmailMessage, subtype: str) -> str:
    body = letter.get_body((subtype,))
    assert body is not None
    return str(body.get_content())


def test_a_letter_has_a_text_and_an_html_part(
    story: Story, service: Service, mailbox: Mailbox, mail: Mail
) -> None:
    asked(story)
    link = "https://portal.example.org/p/{partnership}?prompt={prompt}"
    assert deliver(service, mail, people=people(name="Ann Example"), link=link).sent == 1
    (letter,) = mailbox.letters
    prompt = service.prompts()[0]["id"]
    assert letter["From"] == SENDER
    assert letter["To"] == "Ann Example <pm-1@example.org>"
    assert letter["Subject"] == "Example Radio (fictional): Exit dialogue"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "en"
    assert letter.get_content_type() == "multipart/alternative"
    for subtype in ("plain", "html"):
        said = part(letter, subtype)
        for words in (
            "Example Radio (fictional)",
            "Due 1 March 2024",
            "S6.22",
            "Talk with the partner about the endline",
            "exit dialogue",
            f"https://portal.example.org/p/p-1?prompt={prompt}",
        ):
            assert words in said, (subtype, words)


def test_what_somebody_wrote_is_words_and_no_markup(
    telling: Callable[..., Story], service: Service, mailbox: Mailbox, mail: Mail
) -> None:
    name = "Radio <script>alert(1)</script> & Söhne\r\nBcc: all@example.org (fictional)"
    asked(telling(name=name))
    deliver(service, mail, people=people())
    (letter,) = mailbox.letters
    assert letter["Subject"] == (
        "Radio <script>alert(1)</script> & Söhne Bcc: all@example.org (fictional): Exit dialogue"
    )
    assert letter["Bcc"] is None
    assert "<script>" not in part(letter, "html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Söhne" in part(letter, "html")
    assert "<script>" in part(letter, "plain")


def test_the_message_id_is_the_key_and_stays_the_same(
    story: Story, service: Service, mailbox: Mailbox, mail: Mail
) -> None:
    asked(story)

    class Dies(BaseException):
        pass

    class Dying(Mail):
        def send(self, message: Message) -> None:
            mail.send(message)
            raise Dies

    with pytest.raises(Dies):
        deliver(service, Dying("127.0.0.1", SENDER), people=people())
    story.clock.advance(seconds=LEASE.total_seconds())
    assert deliver(service, mail, people=people()).sent == 1
    assert len(mailbox.letters) == 2
    assert len(set(mailbox.keys)) == 1
    assert mailbox.letters[0]["Message-ID"].endswith("@office.example.org>")


@pytest.mark.parametrize(
    ("answers", "code", "is_dead"),
    [
        ({"refuses_recipient": ["550 no such user pm-1@example.org"]}, "SMTP 550", True),
        ({"refuses_recipient": ["450 come back later"]}, "SMTP 450", False),
        ({"refuses_data": ["554 we do not want this"]}, "SMTP 554", True),
        ({"refuses_data": ["451 disk full"]}, "SMTP 451", False),
    ],
)
def test_the_servers_code_alone_is_kept(
    story: Story, service: Service, answers: dict[str, list[str]], code: str, is_dead: bool
) -> None:
    asked(story)
    mailbox = Mailbox(**answers)
    with smtp(mailbox) as port:
        channel = Mail("127.0.0.1", SENDER, port=port, security="none")
        (trouble,) = deliver(service, channel, people=people()).troubles
        assert (trouble.error, trouble.is_dead) == (code, is_dead)
        story.clock.advance(minutes=1)
        assert deliver(service, channel, people=people()).sent == (0 if is_dead else 1)


def test_a_server_that_is_away_is_tried_again(story: Story, service: Service) -> None:
    asked(story)
    mailbox = Mailbox()
    with smtp(mailbox) as port:
        pass
    channel = Mail("127.0.0.1", SENDER, port=port, security="none", timeout=5)
    assert deliver(service, channel, people=people()).failed == 1
    assert failed(service)[0]["error"] == "ConnectionRefusedError"


@pytest.mark.parametrize("address", ["", "no address", "a@b@c", "pm-1@example.org\nBcc: x@example.org"])
def test_an_address_that_is_none_is_not_tried(
    story: Story, service: Service, mail: Mail, mailbox: Mailbox, address: str
) -> None:
    asked(story)
    assert deliver(service, mail, people=people(address)).dead == 1
    assert failed(service)[0]["error"] == "bad address"
    assert mailbox.letters == []


def test_a_letter_in_another_script_arrives_whole(
    telling: Callable[..., Story], service: Service, mailbox: Mailbox, mail: Mail
) -> None:
    asked(telling(name="إذاعة المثال 🎙 (fictional)"))
    deliver(service, mail, people=people(name="آن"))
    (letter,) = mailbox.letters
    assert letter["Subject"] == "إذاعة المثال 🎙 (fictional): Exit dialogue"
    assert "إذاعة المثال 🎙" in part(letter, "plain")
    assert letter["To"].addresses[0].display_name == "آن"


def test_a_domain_in_another_script_and_a_name_on_two_lines_keep_nothing_from_going(
    story: Story, service: Service, mailbox: Mailbox, mail: Mail
) -> None:
    asked(story)
    deliver(service, mail, people=people("pm-1@müller.example", name="Ann\r\nBcc: x@example.org"))
    assert mailbox.to == ["pm-1@xn--mller-kva.example"]
    (letter,) = mailbox.letters
    assert letter["To"].addresses[0].display_name == "Ann Bcc: x@example.org"
    assert letter["Bcc"] is None


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for localhost that this process trusts, and the server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_the_password_goes_over_a_connection_that_is_encrypted(
    story: Story, service: Service, mailbox: Mailbox, certificate: ssl.SSLContext
) -> None:
    asked(story)
    safely: dict[str, Any] = {"tls_context": certificate, "require_starttls": True, "auth_required": True}
    with smtp(mailbox, authenticator=mailbox.authenticate, **safely) as port:
        wrong = Mail("localhost", SENDER, port=port, user="office", password="the wrong one")
        assert deliver(service, wrong, people=people()).troubles[0].error == "SMTP 535"
        story.clock.advance(minutes=1)
        right = Mail("localhost", SENDER, port=port, user="office", password="the right one")
        assert deliver(service, right, people=people()).sent == 1
    assert set(mailbox.users) == {b"office"}


def test_a_server_that_cannot_encrypt_gets_nothing(story: Story, service: Service, mailbox: Mailbox) -> None:
    asked(story)
    with smtp(mailbox) as port:
        channel = Mail("127.0.0.1", SENDER, port=port)
        assert deliver(service, channel, people=people()).troubles[0].error == "SMTP not supported"
    assert mailbox.letters == []


def test_a_certificate_that_nobody_vouches_for_gets_nothing(
    story: Story, service: Service, mailbox: Mailbox, certificate: ssl.SSLContext, monkeypatch: Any
) -> None:
    asked(story)
    monkeypatch.delenv("SSL_CERT_FILE")
    with smtp(mailbox, tls_context=certificate) as port:
        channel = Mail("localhost", SENDER, port=port)
        assert deliver(service, channel, people=people()).troubles[0].error == "SSLCertVerificationError"
    assert mailbox.letters == []


@pytest.mark.parametrize(
    ("choices", "field"),
    [
        ({"sender": "nobody"}, "sender"),
        ({"security": "perhaps"}, "security"),
        ({"user": "office"}, "user and password"),
        ({"user": "office", "password": "x", "security": "none"}, "security"),
    ],
)
def test_settings_that_cannot_be_are_told(choices: dict[str, Any], field: str) -> None:
    with pytest.raises(BadRequest, match=f"{field}:"):
        Mail("localhost", choices.pop("sender", SENDER), **choices)


def test_a_password_shows_nowhere() -> None:
    channel = Mail("localhost", SENDER, user="office", password="swordfish")
    assert "swordfish" not in repr(channel)
