using Weighhouse.Kernel;
using Weighhouse.Versioning.Api;

namespace Weighhouse.Versioning.Catalogue;

/// <param name="FreshForMs">How long after a change the data counts as fresh; absent where nobody expects changes.</param>
internal sealed record NoteView(
    string? Description, string? Owner, string? Source, string? Licence, IReadOnlyList<string> Tags, long? FreshForMs)
{
    public static NoteView Of(CatalogueNote note) => new(
        note.Description, note.Owner, note.Source, note.Licence, note.Tags, (long?)note.FreshFor?.TotalMilliseconds);
}

/// <param name="Content">The file's or the folder's id.</param>
/// <param name="ChangedIn">The commit that changed it last; absent where that is too far back to look for.</param>
internal sealed record CatalogueDataView(
    string Kind, string Content, long SizeBytes, string? ChangedIn, long? ChangedMs, string? ChangedBy, CatalogueSchema? Schema);

/// <param name="Path">A file or a folder; empty for the whole repository.</param>
/// <param name="Freshness">unstated, fresh, stale or gone.</param>
/// <param name="Behind">Whether the branch has moved since the data was looked at.</param>
/// <param name="Data">Absent where the path is gone, and until somebody has looked.</param>
internal sealed record CatalogueView(
    string Project, string Repository, string Path, string? Description, string? Owner, string? Source, string? Licence,
    IReadOnlyList<string> Tags, long? FreshForMs, Freshness Freshness, bool Behind, CatalogueDataView? Data, long CreatedMs,
    string CreatedBy, long UpdatedMs, string UpdatedBy)
{
    public static CatalogueView Of(CatalogueEntry entry) => new(
        entry.Project, entry.Repository, entry.Path, entry.Note.Description, entry.Note.Owner, entry.Note.Source, entry.Note.Licence,
        entry.Note.Tags, (long?)entry.Note.FreshFor?.TotalMilliseconds, entry.Freshness, entry.IsBehind,
        entry.Data is { } data
            ? new CatalogueDataView(
                EntryView.Word(data.Kind), data.Content.ToString(), data.SizeBytes, data.ChangedIn?.ToString(), data.ChangedMs,
                data.ChangedBy, data.Schema)
            : null,
        entry.CreatedMs, entry.CreatedBy, entry.UpdatedMs, entry.UpdatedBy);
}

internal sealed record CataloguePage(IReadOnlyList<CatalogueView> Entries, string? NextPageToken);

/// <summary>Absent leaves as it is; an empty text or list takes away, and so does 0.</summary>
internal sealed record CatalogueRequest(
    string? Description, string? Owner, string? Source, string? Licence, IReadOnlyList<string>? Tags, long? FreshForMs)
{
    public Result<CatalogueChange> ToChange() => FreshForMs is < 0 or > (long.MaxValue / TimeSpan.TicksPerMillisecond)
        ? Error.Invalid($"freshForMs is {FreshForMs}; it must be 0 or the milliseconds of a period.", "freshForMs")
        : new CatalogueChange(
            Description, Owner, Source, Licence, Tags, FreshForMs is { } fresh ? TimeSpan.FromTicks(fresh * TimeSpan.TicksPerMillisecond)
                : null);
}
