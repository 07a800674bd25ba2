using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Objects;

/// <summary>What a commit may hold. Part of the format: a commit that is fine here is fine on every server.</summary>
internal static class CommitRules
{
    public const int ParentsMax = 16;

    /// <summary>Room for a long explanation; a report belongs into a file.</summary>
    public const int MessageLengthMax = 64 * 1_024;

    public const int NameLengthMax = 250;

    public const int FactsMax = 1_000;

    public const int FactKeyLengthMax = 250;

    /// <summary>A lock of an environment fits; a log belongs into a file.</summary>
    public const int FactValueLengthMax = 64 * 1_024;

    public const int LinksMax = 1_000;

    public const int LinkLengthMax = 1_000;

    /// <summary>The end of the year 9999.</summary>
    public const long TimeMsMax = 253_402_300_799_999;

    public static Error? Refuse(Commit commit)
    {
        if (commit.Parents.Count > ParentsMax)
            return Error.Invalid($"The commit has {commit.Parents.Count} parents; the limit is {ParentsMax}.", "parents");
        if (commit.Parents.Distinct().Count() != commit.Parents.Count)
            return Error.Invalid("The commit names a parent twice.", "parents");
        if (commit.TimeMs is < 0 or > TimeMsMax)
            return Error.Invalid($"The commit's time is {commit.TimeMs} ms; it must be from 0 to {TimeMsMax}.", "time");
        if (commit.Author.Name.Length == 0) return Error.Invalid("The commit has no author's name.", "author");
        return Text(commit.Author.Name, "author", NameLengthMax, isLine: true)
            ?? Text(commit.Author.Email, "email", NameLengthMax, isLine: true)
            ?? Text(commit.Message, "message", MessageLengthMax, isLine: false)
            ?? RefuseFacts(commit.Facts) ?? RefuseLinks(commit.Links);
    }

    private static Error? RefuseFacts(IReadOnlyDictionary<string, string> facts)
    {
        if (facts.Count > FactsMax) return Error.Invalid($"The commit has {facts.Count} facts; the limit is {FactsMax}.", "facts");
        foreach (var (key, value) in facts)
        {
            if (key.Length == 0) return Error.Invalid("A fact of the commit has no key.", "facts");
            var refusal = Text(key, "facts", FactKeyLengthMax, isLine: true) ?? Text(value, "facts", FactValueLengthMax, isLine: false);
            if (refusal is not null) return refusal;
        }

        return null;
    }

    private static Error? RefuseLinks(IReadOnlyList<CommitLink> links)
    {
        if (links.Count > LinksMax) return Error.Invalid($"The commit has {links.Count} links; the limit is {LinksMax}.", "links");
        foreach (var link in links)
        {
            if (link.Relation.Length == 0 || link.Target.Length == 0)
                return Error.Invalid("A link of the commit lacks its relation or its target.", "links");
            if ((Text(link.Relation, "links", FactKeyLengthMax, isLine: true) ?? Text(link.Target, "links", LinkLengthMax, isLine: true))
                is { } refusal) return refusal;
        }

        return null;
    }

    private static Error? Text(string text, string field, int lengthMax, bool isLine)
    {
        if (text.Length > lengthMax)
            return Error.Invalid($"The commit's {field} has {text.Length} characters; the limit is {lengthMax}.", field);
        if (isLine && text.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0)
            return Error.Invalid($"The commit's {field} has a control character; it is one line.", field);
        return PlainText.Refuse(text, field);
    }
}
