namespace Weighhouse.Versioning;

/// <summary>Which files of a workspace to compare by what they hold.</summary>
/// <param name="FilesMax">The first so many that differ, by path.</param>
public sealed record WorkspaceContentDiff(DiffRequest Paths, ContentDiffDepth Depth, int FilesMax);
