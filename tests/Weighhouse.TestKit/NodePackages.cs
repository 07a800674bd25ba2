namespace Weighhouse.TestKit;

/// <summary>Programs from the npm registry that tests work with: a folder for each set, with a lock file; ./build test fetches.</summary>
public static class NodePackages
{
    /// <summary>Where a set lies.</summary>
    public static string Folder(string set) => Path.Combine(Root, "tests", "Weighhouse.TestKit", set);

    /// <summary>Null when tests can use it; otherwise why not.</summary>
    public static string? WhyAbsent(string set) => Directory.Exists(Path.Combine(Folder(set), "node_modules"))
        ? null
        : $"the packages of {set} are not there; ./build test fetches them";

    private static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Weighhouse.slnx"))) folder = Path.GetDirectoryName(folder.TrimEnd('/'))!;
            return folder;
        }
    }
}
