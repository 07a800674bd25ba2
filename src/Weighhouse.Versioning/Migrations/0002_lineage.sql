-- What something was made from, in what way. Nodes are "kind:id"; an edge is visible to those who may view its project.
CREATE TABLE versioning_edges (
    edge_no INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL,
    source TEXT NOT NULL,
    relation TEXT NOT NULL,
    destination TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL
);
CREATE UNIQUE INDEX versioning_edges_into ON versioning_edges (destination, source, relation, project);
CREATE INDEX versioning_edges_from ON versioning_edges (source, destination);
