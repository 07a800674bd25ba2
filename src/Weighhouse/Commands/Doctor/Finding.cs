namespace Weighhouse.Commands.Doctor;

internal enum Verdict
{
    Good,

    /// <summary>It works, but somebody should know.</summary>
    Warning,

    /// <summary><c>weigh up</c> would not start, or not stay up.</summary>
    Bad,
}

/// <param name="Cure">What to do; null when there is nothing to.</param>
internal sealed record Finding(string Check, Verdict Verdict, string Found, string? Cure = null);
