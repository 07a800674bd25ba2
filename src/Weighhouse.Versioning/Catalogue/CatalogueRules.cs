using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Catalogue;

/// <summary>What may be said of a data set, and what a change makes of it.</summary>
internal static class CatalogueRules
{
    public static Error? Refuse(CatalogueChange change, VersioningOptions options)
    {
        if (RefuseText(change.Description, "description", options.DescriptionLengthMax) is { } text) return text;
        if (RefuseText(change.Source, "source", options.CatalogueTextLengthMax) is { } source) return source;
        if (RefuseLine(change.Owner, "owner", options) is { } owner) return owner;
        if (RefuseLine(change.Licence, "licence", options) is { } licence) return licence;
        if (change.FreshFor is { } period && (period < TimeSpan.Zero || period > options.CatalogueFreshForMax))
        {
            return Error.Invalid(
                $"freshFor is {FreshPeriod.TextOf(period)}; it must be from 0 to {FreshPeriod.TextOf(options.CatalogueFreshForMax)}.",
                "freshFor");
        }

        return RefuseTags(change.Tags, options);
    }

    /// <summary>The note after the change: tags in order and once, blank text as none.</summary>
    public static CatalogueNote Apply(CatalogueNote note, CatalogueChange change) => new(
        Text(change.Description, note.Description), Text(change.Owner, note.Owner), Text(change.Source, note.Source),
        Text(change.Licence, note.Licence),
        change.Tags is null
            ? note.Tags
            : [.. change.Tags.Select(static tag => tag.Trim()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        change.FreshFor is { } period ? period == TimeSpan.Zero ? null : period : note.FreshFor);

    private static string? Text(string? changed, string? before) =>
        changed is null ? before : changed.Trim() is { Length: > 0 } text ? text : null;

    private static Error? RefuseTags(IReadOnlyList<string>? tags, VersioningOptions options)
    {
        if (tags is null) return null;
        if (tags.Count > options.CatalogueTagsMax)
            return Error.Invalid($"An entry has at most {options.CatalogueTagsMax} tags; these are {tags.Count}.", "tags");
        foreach (var tag in tags)
        {
            if (string.IsNullOrWhiteSpace(tag)) return Error.Invalid("A tag is empty.", "tags");
            if (tag.Contains(',', StringComparison.Ordinal))
                return Error.Invalid($"The tag '{PlainText.Cut(tag, 80)}' has a comma, which parts one tag from the next.", "tags");
            if (tag.Length > options.CatalogueTagLengthMax)
            {
                return Error.Invalid(
                    $"A tag has at most {options.CatalogueTagLengthMax} characters; '{PlainText.Cut(tag, 40)}…' has {tag.Length}.", "tags");
            }

            if (RefuseLine(tag, "tags", options) is { } refusal) return refusal;
        }

        return null;
    }

    private static Error? RefuseLine(string? text, string field, VersioningOptions options)
    {
        if (RefuseText(text, field, options.CatalogueTextLengthMax) is { } refusal) return refusal;
        return text is not null && text.AsSpan().Trim().IndexOfAnyInRange('\0', '\u001f') >= 0
            ? Error.Invalid($"'{field}' has a line end or another control character. Write it in one line.", field)
            : null;
    }

    private static Error? RefuseText(string? text, string field, int lengthMax)
    {
        if (text is null) return null;
        return text.Length > lengthMax
            ? Error.Invalid($"'{field}' has {text.Length} characters; the limit is {lengthMax}.", field)
            : PlainText.Refuse(text, field);
    }
}
