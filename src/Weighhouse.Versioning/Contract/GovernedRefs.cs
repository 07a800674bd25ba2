namespace Weighhouse.Versioning;

/// <summary>The refs of a registered model's repository that only the registry moves.</summary>
public static class GovernedRefs
{
    public const string Aliases = "aliases/";
    public const string Stages = "stages/";

    private const string VersionTags = "tags/v";

    public static string OfVersion(long version) => $"{VersionTags}{version}";

    public static string OfStage(string stage, long version) => $"{Stages}{stage}/v{version}";

    public static bool Includes(string name, string defaultBranch) =>
        name == Ref.Heads + defaultBranch
        || name.StartsWith(Aliases, StringComparison.Ordinal)
        || name.StartsWith(Stages, StringComparison.Ordinal)
        || (name.StartsWith(VersionTags, StringComparison.Ordinal) && name.Length > VersionTags.Length
            && name.AsSpan(VersionTags.Length).IndexOfAnyExceptInRange('0', '9') < 0);
}
