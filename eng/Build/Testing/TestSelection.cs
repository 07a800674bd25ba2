namespace Weighhouse.Build;

/// <summary>Which test projects to run, and which of their tests.</summary>
/// <param name="Filter">A piece of a test's full name; null for all.</param>
internal sealed record TestSelection(IReadOnlyList<string> Projects, string? Filter, bool IsEverything)
{
    /// <summary>Cheap ones first: a broken rule or formula is told before a server is started.</summary>
    private static readonly string[] Order =
    [
        "Weighhouse.Tests.Rules", WebTests.Project, "Weighhouse.Tests", "Weighhouse.Tests.Server", "Weighhouse.Tests.Wire",
        "Weighhouse.Tests.Browser",
    ];

    /// <summary>Unit tests start no program; the others may.</summary>
    public bool NeedsProgram => Projects.Any(project => project is not ("Weighhouse.Tests" or WebTests.Project));

    public static TestSelection Parse(IReadOnlyList<string> arguments)
    {
        List<string> projects = [];
        string? filter = null;
        for (var at = 0; at < arguments.Count; at++)
        {
            if (arguments[at] == "--filter")
            {
                if (++at == arguments.Count) throw new BuildFailed("--filter wants a piece of a test's name.", ExitCodes.Usage);
                filter = arguments[at];
            }
            else if (Exists(arguments[at]))
            {
                projects.Add(arguments[at]);
            }
            else
            {
                throw new BuildFailed(
                    $"There is no test project '{arguments[at]}'. There are: {string.Join(", ", All())}.", ExitCodes.Usage);
            }
        }

        return new TestSelection(projects.Count > 0 ? projects : All(), filter, projects.Count == 0);
    }

    /// <summary>tests/ also holds what tests share; only these are programs that test.</summary>
    public static bool Exists(string project) => project is WebTests.Project
        ? WebTests.Exist
        : project.Contains(".Tests", StringComparison.Ordinal) && File.Exists(ProjectFile(project));

    public static string ProjectFile(string project) => Path.Combine(Paths.Tests, project, $"{project}.csproj");

    private static List<string> All() => Directory.EnumerateDirectories(Paths.Tests)
        .Select(folder => Path.GetFileName(folder)).Append(WebTests.Project).Where(Exists)
        .OrderBy(project => Array.IndexOf(Order, project) is var place and >= 0 ? place : Order.Length)
        .ThenBy(project => project, StringComparer.Ordinal).ToList();
}
