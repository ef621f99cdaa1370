"""GraphQL over HTTP, WebSocket and SSE: documents, limits, who may send what, execution, the wire."""
