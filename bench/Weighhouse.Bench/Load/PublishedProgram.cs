namespace Weighhouse.Bench.Load;

/// <summary>The program as users run it: what './weigh' published, not a debug build.</summary>
internal static class PublishedProgram
{
    public static string Find()
    {
        var program = Path.Combine(Root(), "artifacts", "weigh", "weigh");
        return File.Exists(program)
            ? program
            : throw new InvalidOperationException(
                "There is no published program; './build bench tracking' makes it, --program names another.");
    }

    /// <summary>The folder of the repository.</summary>
    public static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Weighhouse.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Benchmarks are run from a clone of the repository.");
    }
}
