namespace Weighhouse.Registry.Search;

/// <summary>How the fields of a vocabulary are found in the database.</summary>
/// <param name="Columns">The column of each attribute; an attribute may be NULL.</param>
/// <param name="TagTable">The table of the tags.</param>
/// <param name="TagOwner">The column by which a tag names its owner, in the tags' table.</param>
/// <param name="Owner">The owner's own column.</param>
internal sealed record SearchTable(IReadOnlyDictionary<string, string> Columns, string TagTable, string TagOwner, string Owner)
{
    public static readonly SearchTable Models = new(
        new Dictionary<string, string>
        {
            ["name"] = "m.name",
            ["creation_timestamp"] = "m.created_ms",
            ["last_updated_timestamp"] = "m.updated_ms",
        },
        "registry_model_tags",
        "model_no",
        "m.model_no");

    public static readonly SearchTable Versions = new(
        new Dictionary<string, string>
        {
            ["name"] = "m.name",
            ["version_number"] = "v.version",
            ["run_id"] = "v.run_id",
            ["source_path"] = "v.source",
            ["creation_timestamp"] = "v.created_ms",
            ["last_updated_timestamp"] = "v.updated_ms",
        },
        "registry_version_tags",
        "version_no",
        "v.version_no");
}
