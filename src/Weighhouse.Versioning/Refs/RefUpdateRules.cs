using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Refs;

/// <summary>What can be told of an update without looking at the repository.</summary>
internal static class RefUpdateRules
{
    private const int ReasonLengthMax = 1_000;

    public static Error? Refuse(RefUpdate update, VersioningOptions options)
    {
        if (update.Changes.Count > options.RefChangesMax || update.NewCommits?.Count > options.RefChangesMax)
        {
            return Error.Invalid(
                $"At most {options.RefChangesMax} refs change and as many commits come with them at once; these are {update.Changes.Count} "
                + $"and {update.NewCommits?.Count ?? 0}.",
                "changes");
        }

        if (update.Reason.Length > ReasonLengthMax)
            return Error.Invalid($"A reason has at most {ReasonLengthMax} characters; this one has {update.Reason.Length}.", "reason");
        if (PlainText.Refuse(update.Reason, "reason") is { } refusal) return refusal;
        if (update.Changes.DistinctBy(static change => change.Name).Count() != update.Changes.Count)
            return Error.Invalid("A ref changes twice in one update.", "changes");
        foreach (var change in update.Changes)
            if (RefuseChange(change, options) is { } bad) return bad;
        return null;
    }

    private static Error? RefuseChange(RefChange change, VersioningOptions options)
    {
        if (RefRules.Refuse(change.Name, options) is { } refusal) return refusal;
        if (change.Old is null && change.New is null)
            return Error.Invalid($"The change of '{change.Name}' neither finds nor leaves a commit.", "changes");
        return Ref.KindOf(change.Name) == RefKind.Tag && change.Old is not null && change.New is not null
            ? Error.Precondition($"'{change.Name}' is a tag, and tags never move. Choose another name.")
            : null;
    }
}
