// Mercurius on Fastify, with its JIT. The relations are DataLoaders: its own loaders make a text of every row to
// find doubles, and cost more than all the rest of it.
import Fastify from "fastify";
import mercurius from "mercurius";
import { context, typeDefs, typeOf, withDataLoaders } from "./graph.mjs";
import { ready } from "./ready.mjs";

const app = Fastify({ logger: false });
app.register(mercurius, {
  schema: typeDefs,
  resolvers: { ...withDataLoaders(), Node: { resolveType: typeOf } },
  context,
  jit: 1,
});
await app.listen({ port: 0, host: "127.0.0.1" });
ready(app.server.address().port);
