namespace Weighhouse.Client.Catalogue;

/// <summary>A data set: what people say of it, and what it says of itself.</summary>
/// <param name="Path">A file or a folder; empty for the whole repository.</param>
/// <param name="FreshForMs">How long after a change the data counts as fresh; null where nobody expects changes.</param>
/// <param name="Freshness">unstated, fresh, stale or gone.</param>
/// <param name="Behind">Whether the branch has moved since the data was looked at.</param>
/// <param name="Data">Null where the path is gone, and until somebody has looked.</param>
public sealed record CatalogueEntry(
    string Project, string Repository, string Path, string? Description, string? Owner, string? Source, string? Licence,
    IReadOnlyList<string> Tags, long? FreshForMs, string Freshness, bool Behind, CatalogueData? Data, long CreatedMs, string CreatedBy,
    long UpdatedMs, string UpdatedBy);

/// <param name="Kind">file, folder or symlink.</param>
/// <param name="Content">The file's or the folder's id.</param>
/// <param name="ChangedIn">The commit that changed it last; null where that is too far back to look for.</param>
public sealed record CatalogueData(
    string Kind, string Content, long SizeBytes, string? ChangedIn, long? ChangedMs, string? ChangedBy, CatalogueSchema? Schema);

/// <param name="File">The file of a folder that it was read from; null for a file itself.</param>
/// <param name="Rows">Of a table that was read to its end.</param>
/// <param name="IsCut">Whether there are more columns than these.</param>
public sealed record CatalogueSchema(string? File, string Format, long? Rows, IReadOnlyList<SchemaColumn> Columns, bool IsCut);

public sealed record SchemaColumn(string Name, string Type);

public sealed record CataloguePage(IReadOnlyList<CatalogueEntry> Entries, string? NextPageToken);

/// <summary>Which entries to list; null leaves open.</summary>
/// <param name="Search">At most 4 words that an entry has anywhere.</param>
/// <param name="Freshness">unstated, fresh, stale or gone.</param>
/// <param name="OrderBy">name, or changed: the last changed data first.</param>
public sealed record CatalogueQuery(
    string? Search = null, string? Tag = null, string? Owner = null, string? Column = null, string? Freshness = null,
    string? Repository = null, string? OrderBy = null, int? PageSize = null, string? PageToken = null);

/// <summary>What to change; null leaves as it is, an empty text or list takes away, and so does 0.</summary>
public sealed record CatalogueChange(
    string? Description = null, string? Owner = null, string? Source = null, string? Licence = null,
    IReadOnlyList<string>? Tags = null, long? FreshForMs = null);
