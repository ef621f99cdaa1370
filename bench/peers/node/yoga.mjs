// GraphQL Yoga on Node's own HTTP server, with its JIT plugin. The parser and validation caches are on by default.
import { createServer } from "node:http";
import { useGraphQlJit } from "@envelop/graphql-jit";
import { createSchema, createYoga } from "graphql-yoga";
import { context, typeDefs, typeOf, withDataLoaders } from "./graph.mjs";
import { ready } from "./ready.mjs";

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers: { ...withDataLoaders(), Node: { __resolveType: typeOf } } }),
  context,
  plugins: [useGraphQlJit()],
  logging: false,
  graphiql: false,
  landingPage: false,
});
const server = createServer(yoga);
server.listen(0, "127.0.0.1", () => ready(server.address().port));
