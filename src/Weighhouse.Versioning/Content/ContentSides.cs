using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content;

/// <summary>One version of a file and what its name is.</summary>
internal sealed record ContentSide(FileContent Content, string Path)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
