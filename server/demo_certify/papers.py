"""Showing who one is: documents by signed urls, as a browser sends them; and the one step that is the platform's."""

from http import HTTPStatus

import httpx2

from server.demo.calls import Json
from server.demo.doors import UnexpectedAnswerError
from server.demo_certify.people import Person

PAPER = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
"""The smallest thing that is a PDF by its content."""

REQUIRED = """query Required($id: ID!) { node(id: $id) { ... on Partner { requiredDocuments { kind } } } }"""
PREPARE = """mutation Prepare($input: PrepareUploadInput!) { prepareUpload(input: $input) {
  ... on Refusal { code message }
  ... on PreparedUpload { method url headers { name value } upload { id } } } }"""
CONFIRM = """mutation Confirm($input: ConfirmUploadInput!) { confirmUpload(input: $input) {
  ... on Refusal { code message } ... on Upload { status explanation } } }"""
DOCUMENT = """mutation Document($input: UploadPartnerDocumentInput!) { uploadPartnerDocument(input: $input) {
  ... on Refusal { code message } ... on VerificationDocument { id } } }"""
SUBMIT = """mutation Submit($input: SubmitVerificationInput!) { submitVerification(input: $input) {
  ... on Refusal { code message } ... on Partner { id } } }"""
VERIFY = """mutation Verify($input: VerifyPartnerInput!) { verifyPartner(input: $input) {
  ... on Refusal { code message } ... on Partner { isVerified } } }"""


async def show_papers(http: httpx2.AsyncClient, owner: Person, partner_id: str) -> int:
    """Send every document that is required, submit them, and return how many they were."""
    required = (await owner.ask(REQUIRED, id=partner_id))["node"]["requiredDocuments"]
    for each in required:
        upload_id = await _sent(http, owner, partner_id, f"{each['kind'].lower()}.pdf")
        await owner.act(DOCUMENT, partnerId=partner_id, kind=each["kind"], uploadId=upload_id)
    await owner.act(SUBMIT, partnerId=partner_id)
    return len(required)


async def verify(admin: Person, partner_id: str) -> None:
    """Accept a partner's documents: what an admin of the platform does."""
    await admin.act(VERIFY, partnerId=partner_id)


async def _sent(http: httpx2.AsyncClient, owner: Person, partner_id: str, name: str) -> str:
    file: Json = {"fileName": name, "mediaType": "application/pdf", "byteSize": len(PAPER)}
    prepared = await owner.act(PREPARE, partnerId=partner_id, purpose="DOCUMENT", **file)
    headers = {each["name"]: each["value"] for each in prepared["headers"]}
    answer = await http.request(prepared["method"], prepared["url"], content=PAPER, headers=headers)
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        raise UnexpectedAnswerError(f"{prepared['method']} of {name}: {answer.status_code}: {answer.text}")
    upload_id = str(prepared["upload"]["id"])
    confirmed = await owner.act(CONFIRM, id=upload_id)
    if confirmed["status"] != "READY":
        raise UnexpectedAnswerError(f"{name}: {confirmed}")
    return upload_id
