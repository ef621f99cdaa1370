// Signing in at an OpenID Connect issuer from a page: authorization code with PKCE (RFC 7636).

const CLIENT_ID = "interline-explorer";
const PENDING_PLACE = "interline.sign-in";

function redirectUri() {
  return `${location.origin}${location.pathname}`;
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

async function discover(issuerUrl) {
  const answer = await fetch(`${issuerUrl}/.well-known/openid-configuration`);
  if (!answer.ok) throw new Error("The issuer does not answer.");
  return answer.json();
}

/** The endpoint on this page's own host, when the issuer is ours under another name (localhost, 127.0.0.1). */
function near(issuerUrl, endpoint) {
  return issuerUrl.startsWith("/") ? new URL(new URL(endpoint).pathname, location.origin) : new URL(endpoint);
}

/** Leave for the issuer's sign-in page. */
export async function startSignIn(issuerUrl) {
  if (!crypto.subtle) throw new Error("Browsers sign in only over https or on localhost.");
  const { authorization_endpoint: endpoint, issuer } = await discover(issuerUrl);
  const pending = { state: random(), verifier: random(), issuer };
  sessionStorage.setItem(PENDING_PLACE, JSON.stringify(pending));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(pending.verifier));
  const address = near(issuerUrl, endpoint);
  address.search = new URLSearchParams({
    response_type: "code",
    client_id: CLIENT_ID,
    redirect_uri: redirectUri(),
    scope: "openid",
    state: pending.state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  });
  location.assign(address);
}

/** Back from the issuer: return the access token; null when this page load is no return. */
export async function completeSignIn(issuerUrl) {
  const answer = new URLSearchParams(location.search);
  if (!issuerUrl || !answer.has("state")) return null;
  history.replaceState(null, "", location.pathname);
  const pending = JSON.parse(sessionStorage.getItem(PENDING_PLACE) ?? "{}");
  sessionStorage.removeItem(PENDING_PLACE);
  if (answer.get("state") !== pending.state || answer.get("iss") !== pending.issuer) {
    throw new Error("This sign-in was not started here. Sign in again.");
  }
  if (!answer.has("code")) throw new Error(answer.get("error_description") ?? "The sign-in was refused.");
  const { token_endpoint: endpoint } = await discover(issuerUrl);
  const exchanged = await fetch(near(issuerUrl, endpoint), {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: answer.get("code"),
      redirect_uri: redirectUri(),
      client_id: CLIENT_ID,
      code_verifier: pending.verifier,
    }),
  });
  const tokens = await exchanged.json();
  if (!exchanged.ok) throw new Error(tokens.error_description ?? "The sign-in could not be completed.");
  return tokens.access_token;
}

/** Whom a token names, for display only: nothing is believed because of it. */
export function nameIn(token) {
  try {
    const bytes = Uint8Array.from(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    const { name, email, sub, exp } = JSON.parse(new TextDecoder().decode(bytes));
    const until = exp ? ` until ${new Date(exp * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}` : "";
    return `${name ?? email ?? sub}${until}`;
  } catch {
    return token.startsWith("il_") ? "API key" : "";
  }
}
