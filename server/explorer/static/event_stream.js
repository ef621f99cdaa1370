// GraphQL subscriptions over server-sent events, read with fetch, because EventSource sends no headers.

/** Return what GraphiQL subscribes to; unsubscribing ends the request. */
export function subscribe(url, params, headers) {
  return {
    subscribe(observer) {
      const gone = new AbortController();
      listen(url, params, headers, observer, gone.signal).then(
        () => observer.complete(),
        (problem) => (gone.signal.aborted ? observer.complete() : observer.error(problem)),
      );
      return { unsubscribe: () => gone.abort() };
    },
  };
}

async function listen(url, params, headers, observer, signal) {
  const answer = await fetch(url, {
    method: "POST",
    credentials: "omit",
    signal,
    headers: { "Content-Type": "application/json", Accept: "text/event-stream", ...headers },
    body: JSON.stringify(params),
  });
  if (!answer.headers.get("content-type")?.startsWith("text/event-stream")) {
    observer.next(await answer.json());
    return;
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const { event, text } = parsed(block);
      if (event === "complete") return;
      if (event === "next") observer.next(JSON.parse(text));
    }
  }
}

/** One block of an event stream: its event's name and the text of its data lines. */
function parsed(block) {
  const lines = block.split("\n").map((line) => line.match(/^(\w+): ?(.*)$/)).filter(Boolean);
  const event = lines.find(([, name]) => name === "event")?.[2] ?? "message";
  const text = lines.filter(([, name]) => name === "data").map(([, , part]) => part).join("\n");
  return { event, text };
}
