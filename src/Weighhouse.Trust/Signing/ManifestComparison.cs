namespace Weighhouse.Trust.Signing;

/// <summary>Everything in which files differ from those that were signed.</summary>
internal static class ManifestComparison
{
    public static IReadOnlyList<SignatureProblem> Of(Manifest manifest, IEnumerable<ModelEntry> entries, CancellationToken cancellation)
    {
        var ignored = IgnoredPaths.With(manifest.Ignored);
        var left = manifest.Files.ToDictionary(static file => file.Path, static file => file.Digest, StringComparer.Ordinal);
        var problems = new List<SignatureProblem>();
        foreach (var (file, problem) in entries)
        {
            cancellation.ThrowIfCancellationRequested();
            var isSigned = left.Remove(file.Path, out var signed);
            if (!isSigned && IgnoredPaths.Contain(ignored, file.Path)) continue;
            if (problem is not null) problems.Add(Problem(SignatureProblemKind.Extra, file, problem));
            else if (!isSigned) problems.Add(Problem(SignatureProblemKind.Extra, file, "was not signed"));
            else if (Differ(file, signed) is { } difference) problems.Add(difference);
        }

        problems.AddRange(left.Keys.Select(path =>
            new SignatureProblem(SignatureProblemKind.Missing, path, $"{Scanning.Shown.Text(path)} was signed and is not there")));
        return [.. problems.OrderBy(static problem => problem.Path ?? "", CodePointOrder.Instance)];
    }

    private static SignatureProblem? Differ(ModelFile file, Kernel.Digest signed)
    {
        try
        {
            return Manifest.DigestOf(file) == signed
                ? null : Problem(SignatureProblemKind.Changed, file, "is not the file that was signed");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Problem(SignatureProblemKind.Unreadable, file, $"cannot be read: {exception.Message}");
        }
    }

    private static SignatureProblem Problem(SignatureProblemKind kind, ModelFile file, string what) =>
        new(kind, file.Path, $"{Scanning.Shown.Text(file.Path)} {what}");
}
