using System.Xml.Linq;

namespace Weighhouse.Tests.Rules.Map;

public class MapTests
{
    private static IEnumerable<RepositoryFile> Projects =>
        Repository.Files.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal));

    private static IEnumerable<RepositoryFile> SourceProjects => Projects.Where(file => file.Module is not null);

    [Fact]
    public void The_map_is_found_in_the_document()
    {
        Assert.Contains("Kernel", ModuleMap.Rows.Keys);
        Assert.Empty(ModuleMap.Rows["Kernel"].MayReference!);
        Assert.Null(ModuleMap.Rows["Weighhouse"].MayReference);
    }

    [Fact]
    public void Projects_reference_only_what_the_map_allows()
    {
        var violations = new Violations(
            $"A project references only the projects its row of the map in {ModuleMap.Document} names.",
            "ask the module's Contract through a project that may see it, or argue for another row in ARCHITECTURE.md.");
        foreach (var project in SourceProjects)
        {
            if (!ModuleMap.Rows.TryGetValue(project.Module!, out var row)) continue;
            foreach (var reference in References(project).Where(reference => !row.Allows(reference)))
                violations.Add(project.Path, $"{row.Name} may reference {Words(row)}, but references {reference}");
        }

        violations.AssertNone();
    }

    [Fact]
    public void Every_project_has_a_row_and_every_row_a_project()
    {
        var violations = new Violations(
            $"The map in {ModuleMap.Document} names each project of src/ once; rows in italics are of projects that have not moved in.",
            "add the row, take the italics away from a project that has moved in, or remove the row of one that left.");
        var present = SourceProjects.Select(project => project.Module!).ToHashSet(StringComparer.Ordinal);
        foreach (var name in present.Where(name => !ModuleMap.Rows.ContainsKey(name)))
            violations.Add($"src/Weighhouse.{name}", "has no row");
        foreach (var row in ModuleMap.Rows.Values.Where(row => row.IsPlanned == present.Contains(row.Name)))
            violations.Add(ModuleMap.Document, row.IsPlanned ? $"{row.Name} has moved in but is in italics" : $"{row.Name} has no project");
        violations.AssertNone();
    }

    [Fact]
    public void Rows_name_only_projects_of_the_map()
    {
        var violations = new Violations("A row of the map names projects of the map.", "mend the name.");
        foreach (var row in ModuleMap.Rows.Values)
            foreach (var other in row.MayReference ?? new HashSet<string>())
                if (!ModuleMap.Rows.ContainsKey(other)) violations.Add(ModuleMap.Document, $"the row of {row.Name} names {other}");
        violations.AssertNone();
    }

    [Fact]
    public void The_map_has_no_cycle()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in ModuleMap.Rows.Keys) Visit(name, []);

        void Visit(string name, List<string> path)
        {
            Assert.False(path.Contains(name, StringComparer.Ordinal), $"The map goes in a circle: {string.Join(" → ", path)} → {name}");
            if (done.Contains(name)) return;
            foreach (var other in ModuleMap.Rows[name].MayReference ?? new HashSet<string>()) Visit(other, [.. path, name]);
            done.Add(name);
        }
    }

    [Fact]
    public void The_solution_holds_every_project()
    {
        var violations = new Violations(
            "Weighhouse.slnx holds every project, or './build test' would not build it.", "add it to Weighhouse.slnx.");
        var solution = Repository.Read("Weighhouse.slnx");
        foreach (var project in Projects)
            if (!solution.Contains($"\"{project.Path}\"", StringComparison.Ordinal))
                violations.Add(project.Path, "is not in Weighhouse.slnx");
        violations.AssertNone();
    }

    [Fact]
    public void Every_project_locks_its_packages()
    {
        var violations = new Violations(
            "Each project commits packages.lock.json, so that every clone restores the same packages.", "commit it.");
        var paths = Repository.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var project in Projects)
            if (!paths.Contains($"{Path.GetDirectoryName(project.Path)}/packages.lock.json"))
                violations.Add(project.Path, "has no packages.lock.json");
        violations.AssertNone();
    }

    [Fact]
    public void Locks_know_every_project_that_is_referenced()
    {
        var violations = new Violations(
            "A lock names all that its project references, also by way of others, or every clone is changed by its first build.",
            "build the project and commit its packages.lock.json.");
        var direct = Projects.ToDictionary(static project => NameOf(project.Path), static project => References(project).ToList());
        foreach (var project in Projects)
        {
            var locked = Repository.Read($"{Path.GetDirectoryName(project.Path)}/packages.lock.json");
            foreach (var name in AllFrom(NameOf(project.Path)).Where(name => !locked.Contains(InLock(name), StringComparison.Ordinal)))
                violations.Add(project.Path, $"its lock does not know {name}");
        }

        violations.AssertNone();

        IEnumerable<string> AllFrom(string name)
        {
            var found = new HashSet<string>(StringComparer.Ordinal);
            var left = new Stack<string>(direct[name]);
            while (left.TryPop(out var next))
                if (found.Add(next) && direct.TryGetValue(next, out var more)) more.ForEach(left.Push);
            return found;
        }
    }

    /// <summary>A lock names projects by what they build, in small letters.</summary>
    private static string InLock(string name) => name == "Weighhouse" ? "\"weigh\": {" : $"\"weighhouse.{name.ToLowerInvariant()}\": {{";

    private static string NameOf(string path) =>
        Path.GetFileNameWithoutExtension(path.Replace('\\', '/')).Replace("Weighhouse.", "", StringComparison.Ordinal);

    private static IEnumerable<string> References(RepositoryFile project) => XDocument.Parse(project.Text).Descendants("ProjectReference")
        .Select(reference => NameOf(reference.Attribute("Include")!.Value));

    private static string Words(ModuleRow row) => row.MayReference is { Count: > 0 } ? string.Join(", ", row.MayReference) : "nothing";
}
