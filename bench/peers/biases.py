"""What makes the comparison unequal, and for whom: told beside the figures."""

BIASES = (
    (
        "Against us: ours knows a token, looks at its end, checks scopes on every guarded field and what the caller "
        "may see on every list and relation, measures and limits the operation's cost, counts metrics and logs every "
        "request; its answers have the cost in their extensions, some 40 bytes more. The others do none of it: they know "
        "one environment, and filter by it at the roots only. The rate limit is off: a load test is what it is there for."
    ),
    (
        "Against us: the others resolve what these operations ask for and nothing else. They always answer the English "
        "name; ours looks for the caller's languages."
    ),
    (
        "For PostGraphile: its graph is its own. It answers ids, minor units, instants and the status of a hold as they "
        "are in the tables, where the others make public ids, amounts and a status as of now; it filters by equality."
    ),
    (
        "For us: a handful of texts, over and over. A server that compiles what it sees often does well on them; so do "
        "the JITs of Mercurius and Yoga. Whole texts are sent to everybody; nobody registers or persists them."
    ),
    (
        "For us: all of it was written by the people of this project, the others' servers too, by their documentation: "
        "`NODE_ENV=production`, JIT on where there is one, logs off, prepared statements, DataLoaders, a pool of ten "
        "connections as ours. Mercurius gets DataLoaders in the place of its own loaders, which cost it more."
    ),
    "For nobody: the rows fit into PostgreSQL's memory and are read only. What writes cost is not told here.",
    (
        "For nobody: load, servers and PostgreSQL share the machine, so requests a second tell what is left of it too. "
        "CPU a request is the steadier figure. Only PostgreSQL uses more than one core."
    ),
)
