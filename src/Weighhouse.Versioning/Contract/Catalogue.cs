using System.Text.Json.Serialization;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>What people say of a data set.</summary>
/// <param name="Owner">Who answers for it: a user's name, or a team's.</param>
/// <param name="Source">Where it comes from: an address, a system, a sentence.</param>
/// <param name="Licence">Under which terms it may be used, best as an SPDX identifier.</param>
/// <param name="FreshFor">How long after a change of its content it counts as fresh; null where nobody expects changes.</param>
public sealed record CatalogueNote(
    string? Description, string? Owner, string? Source, string? Licence, IReadOnlyList<string> Tags, TimeSpan? FreshFor)
{
    public static readonly CatalogueNote Empty = new(null, null, null, null, [], null);
}

/// <summary>What to change of a note; null leaves as it is, an empty text or list takes away, and so does a zero time.</summary>
public sealed record CatalogueChange(
    string? Description = null, string? Owner = null, string? Source = null, string? Licence = null,
    IReadOnlyList<string>? Tags = null, TimeSpan? FreshFor = null);

/// <param name="Type">A type of cells for tables, an element type with its shape for tensors.</param>
public sealed record SchemaColumn(string Name, string Type);

/// <summary>What the data holds, read from itself.</summary>
/// <param name="File">The file it was read from, where the entry is a folder; null for the entry itself.</param>
/// <param name="Format">csv, tsv, jsonl, safetensors and so on.</param>
/// <param name="Rows">Of tables that were read to their end; null for others.</param>
/// <param name="Columns">Of tables their columns, of models their tensors.</param>
/// <param name="IsCut">Whether there are more columns than these.</param>
public sealed record CatalogueSchema(string? File, string Format, long? Rows, IReadOnlyList<SchemaColumn> Columns, bool IsCut);

/// <summary>What the data itself says, at the head of the default branch when it was last looked at.</summary>
/// <param name="Content">The file's content, or the folder's tree.</param>
/// <param name="ChangedIn">The last commit that changed it; null where looking further back would take too long.</param>
/// <param name="Schema">Null where nobody can tell: a picture, a text, a folder without tables.</param>
public sealed record CatalogueData(
    EntryKind Kind, Digest Content, long SizeBytes, Digest? ChangedIn, long? ChangedMs, string? ChangedBy, CatalogueSchema? Schema);

[JsonConverter(typeof(SnakeCase<Freshness>))]
public enum Freshness
{
    /// <summary>Nobody expects changes, or nobody knows when the last one was.</summary>
    Unstated,
    Fresh,
    /// <summary>The last change is longer ago than was expected.</summary>
    Stale,
    /// <summary>The head of the default branch has nothing at the path any more.</summary>
    Gone,
}

/// <summary>A data set of the catalogue: a path of a repository, on its default branch.</summary>
/// <param name="Path">A file or a folder; empty for the whole repository.</param>
/// <param name="Data">Null where the path is gone, and until somebody has looked.</param>
public sealed record CatalogueEntry(
    string Project, string Repository, string Path, CatalogueNote Note, CatalogueData? Data, Freshness Freshness, long CreatedMs,
    string CreatedBy, long UpdatedMs, string UpdatedBy)
{
    /// <summary>Whether the branch has moved since somebody looked at the data; a look is under way then.</summary>
    public bool IsBehind { get; init; }

    public Scope Scope => Scope.Repository(Project, Repository);
}

public enum CatalogueOrder
{
    /// <summary>By repository and path.</summary>
    Name,
    /// <summary>The last changed data first; what nobody has looked at yet last.</summary>
    Changed,
}

/// <summary>Which entries to list; null and <see cref="Freshness"/> null leave open.</summary>
/// <param name="Text">Words that path, description, owner, source, licence, tags, columns or repository have, in any case.</param>
/// <param name="Owner">Exactly, but for the case; as with tags and columns.</param>
public sealed record CatalogueQuery(
    string? Text = null, string? Tag = null, string? Owner = null, string? Column = null, Freshness? Freshness = null,
    string? Repository = null, CatalogueOrder Order = CatalogueOrder.Name);
