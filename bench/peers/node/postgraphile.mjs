// PostGraphile 5 over the product's tables: the graph is its own, made by looking at the database.
import { createServer } from "node:http";
import { makePgService } from "postgraphile/adaptors/pg";
import { postgraphile } from "postgraphile";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { extendSchema, jsonPgSmartTags } from "postgraphile/utils";
import { TYPES } from "postgraphile/@dataplan/pg";
import { CONNECTIONS } from "./database.mjs";
import { ready } from "./ready.mjs";

// The name in English, as everybody else answers it, in the place of the texts in all languages.
const nameInEnglish = extendSchema((build) => ({
  typeDefs: /* GraphQL */ `
    extend type Package {
      name: String!
    }
  `,
  objects: {
    Package: {
      plans: {
        name: ($package) => $package.select((sql) => build.sql`${$package.getClassStep().alias}.names->>'en'`, TYPES.text),
      },
    },
  },
}));

// The product's resellers are partners: said as PostGraphile wants to be told what no constraint says.
const resellersArePartners = jsonPgSmartTags({
  version: 1,
  config: {
    class: Object.fromEntries(
      ["reservations", "bookings"].map((table) => [
        table,
        { tags: { foreignKey: "(reseller_id) references partners (id)|@fieldName reseller" } },
      ]),
    ),
  },
});

const preset = {
  extends: [PostGraphileAmberPreset],
  // Orders and conditions on columns that no index begins with: `position` in a list of five.
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  plugins: [nameInEnglish, resellersArePartners],
  pgServices: [
    makePgService({
      connectionString: `postgresql:///${process.env.PGDATABASE}?host=${process.env.PGHOST}&user=${process.env.PGUSER}`,
      schemas: ["public"],
      poolConfig: { min: CONNECTIONS, max: CONNECTIONS },
    }),
  ],
  schema: { defaultBehavior: "+connection +list" },
  grafserv: { graphiql: false, watch: false },
  grafast: { explain: false },
};
const instance = postgraphile(preset);
if (process.env.PRINT) {
  const { printSchema } = await import("postgraphile/graphql");
  console.log(printSchema(await instance.getSchema()));
  process.exit(0);
}
const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(0, "127.0.0.1", () => ready(server.address().port));
