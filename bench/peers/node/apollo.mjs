// Apollo Server, standalone, as its documentation begins. It has no JIT; parsed documents are cached by default.
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { context, typeDefs, typeOf, withDataLoaders } from "./graph.mjs";
import { ready } from "./ready.mjs";

const server = new ApolloServer({
  typeDefs,
  resolvers: { ...withDataLoaders(), Node: { __resolveType: typeOf } },
});
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: "127.0.0.1" },
  context: async () => context(),
});
ready(Number(new URL(url).port));
