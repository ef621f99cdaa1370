// Writes the operation that accepts an invitation. The code stands behind the # of the address: no server is sent it.

const code = location.hash.slice(1);

if (/^[\w-]{20,100}$/.test(code)) {
  document.getElementById("operation").textContent = `mutation {
  acceptInvitation(input: { code: "${code}" }) {
    ... on PartnerMember { role partner { name } }
    ... on Refusal { code message }
  }
}`;
}
