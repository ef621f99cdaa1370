// The GraphQL explorer: GraphiQL with our sign-in, our worlds, our examples, and subscriptions over SSE.

import { completeSignIn, nameIn, startSignIn } from "./sign_in.js";
import { subscribe } from "./event_stream.js";

const TOKEN_PLACE = "interline.token";
const WORLD_PLACE = "interline.world";
const TABS = "interline-explorer";

const { React, ReactDOM, GraphiQL, GraphiQLPluginExplorer } = window;
const signInUrl = document.body.dataset.signIn;
const tokenField = document.getElementById("token");
const signInButton = document.getElementById("sign-in");
const signOutButton = document.getElementById("sign-out");
const who = document.getElementById("who");
const worlds = document.querySelectorAll('input[name="world"]');

const root = ReactDOM.createRoot(document.getElementById("explorer"));
const plugins = [GraphiQLPluginExplorer.explorerPlugin({ showAttribution: false })];
const storage = GraphiQL.createLocalStorage({ namespace: TABS });

/** The headers every operation is sent with; an API key carries its own world. */
function credentials() {
  const token = sessionStorage.getItem(TOKEN_PLACE) ?? "";
  if (!token) return {};
  const world = sessionStorage.getItem(WORLD_PLACE) ?? "LIVE";
  return { Authorization: `Bearer ${token}`, ...(token.startsWith("il_") ? {} : { "Interline-Environment": world }) };
}

function isSubscription(params, document) {
  const operations = (document?.definitions ?? []).filter((one) => one.kind === "OperationDefinition");
  const chosen = operations.find((one) => one.name?.value === params.operationName) ?? operations[0];
  return chosen?.operation === "subscription";
}

async function post(params, headers) {
  const answer = await fetch("/graphql", {
    method: "POST",
    credentials: "omit",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json, application/json;q=0.9",
      ...headers,
    },
    body: JSON.stringify(params),
  });
  if (answer.status === 401) say("The credential does not hold. Sign in again.", true);
  return answer.json();
}

/** A new function for each credential: GraphiQL asks for the schema again when its fetcher changes. */
function fetcherFor(base) {
  return (params, options) => {
    const headers = { ...base, ...options?.headers };
    return isSubscription(params, options?.documentAST) ? subscribe("/graphql/stream", params, headers) : post(params, headers);
  };
}

function say(text, isBad = false) {
  who.textContent = text;
  who.classList.toggle("bad", isBad);
}

function show(examples) {
  const token = sessionStorage.getItem(TOKEN_PLACE) ?? "";
  const world = sessionStorage.getItem(WORLD_PLACE) ?? "LIVE";
  tokenField.value = token;
  for (const choice of worlds) choice.checked = choice.value === world;
  signInButton.hidden = !signInUrl || Boolean(token);
  signOutButton.hidden = !token;
  say(token ? nameIn(token) : "");
  root.render(
    React.createElement(GraphiQL, {
      key: token ? "with-credential" : "without",
      fetcher: fetcherFor(credentials()),
      // Without a credential nobody may read the schema: do not ask, do not show an error for it.
      schema: token ? undefined : null,
      plugins,
      storage,
      defaultTabs: examples.map(({ query }) => ({ query })),
      defaultQuery: "",
      defaultTheme: "dark",
      shouldPersistHeaders: false,
      isHeadersEditorEnabled: true,
    }),
  );
}

function keep(place, value) {
  if (value) sessionStorage.setItem(place, value);
  else sessionStorage.removeItem(place);
}

function forgetTabs() {
  Object.keys(localStorage).filter((name) => name.startsWith(`${TABS}:`)).forEach((name) => localStorage.removeItem(name));
}

async function start() {
  const examples = await (await fetch("/graphiql/examples.json")).json();
  let failure = "";
  try {
    const token = await completeSignIn(signInUrl);
    if (token) keep(TOKEN_PLACE, token);
  } catch (problem) {
    failure = problem.message;
  }
  show(examples);
  if (failure) say(failure, true);

  tokenField.addEventListener("change", () => {
    keep(TOKEN_PLACE, tokenField.value.trim().replace(/^bearer\s+/i, ""));
    show(examples);
  });
  for (const choice of worlds) {
    choice.addEventListener("change", () => {
      keep(WORLD_PLACE, choice.value);
      show(examples);
    });
  }
  document.getElementById("credential").addEventListener("submit", (event) => {
    event.preventDefault();
    tokenField.blur();
  });
  signInButton.addEventListener("click", () => startSignIn(signInUrl).catch((problem) => say(problem.message, true)));
  signOutButton.addEventListener("click", () => {
    keep(TOKEN_PLACE, "");
    show(examples);
  });
  document.getElementById("restore").addEventListener("click", () => {
    forgetTabs();
    location.reload();
  });
}

start();
