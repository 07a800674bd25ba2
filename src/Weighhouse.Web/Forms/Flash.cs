namespace Weighhouse.Web.Forms;

/// <summary>What has just been done, told by the next page, with a way to undo it where there is one.</summary>
public enum FlashKind
{
    Saved,
    RunDeleted,
    RunRestored,
    ExperimentCreated,
    ExperimentDeleted,
    ExperimentRestored,
    RepositoryCreated,
    RepositoryDeleted,
    RepositoryRestored,
    Merged,
    Reverted,
    RefCreated,
    RefDeleted,
    Measured,
    Condemned,
    Collected,
    NothingCollected,
    CollectionUndone,
    Removed,
    CanaryStarted,
    CanaryStopped,
    CanaryPromoted,
    RolledBack,
}

/// <param name="Subject">The id of what it was done to.</param>
public sealed record Flash(FlashKind Kind, string Subject = "")
{
    private const int SubjectLengthMax = 100;

    /// <summary>Where the form that undoes it is sent; null when nothing needs undoing.</summary>
    public string? UndoPath => Kind switch
    {
        FlashKind.RunDeleted => $"/runs/{Uri.EscapeDataString(Subject)}/restore",
        FlashKind.ExperimentDeleted => $"/experiments/{Uri.EscapeDataString(Subject)}/restore",
        FlashKind.RepositoryDeleted => $"/repositories/{Uri.EscapeDataString(Subject)}/restore",
        _ => null,
    };

    public string Encode() => $"{Kind}.{Subject}";

    /// <summary>Only known kinds and short ids: a cookie may be anybody's.</summary>
    public static Flash? Decode(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || text.Length - dot - 1 > SubjectLengthMax) return null;
        var subject = text[(dot + 1)..];
        return Enum.TryParse<FlashKind>(text[..dot], out var kind) && Enum.IsDefined(kind) && subject.All(IsIdCharacter)
            ? new Flash(kind, subject)
            : null;
    }

    private static bool IsIdCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.';
}
