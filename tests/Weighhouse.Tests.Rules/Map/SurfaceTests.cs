using Weighhouse.Tests.Rules.CSharp;

namespace Weighhouse.Tests.Rules.Map;

/// <summary>Modules speak through their contracts: everything else is internal.</summary>
public class SurfaceTests
{
    /// <summary>
    /// Libraries through and through: what they hold is there to be used. And Web: Razor makes its components public and what they take
    /// with them, but no module may reference it.
    /// </summary>
    private static readonly string[] Libraries = ["Kernel", "Http", "Stats", "Client", "Web"];

    [Fact]
    public void Public_types_live_in_contracts()
    {
        var violations = new Violations(
            "A module's public types are in its Contract folder, its …Module.cs and …Options.cs; the rest is free to change.",
            "make it internal, or move it to Contract/ if other modules must speak it.");
        foreach (var file in Repository.Under("src/", ".cs").Where(file => !Libraries.Contains(file.Module) && !IsSurface(file.Path)))
            foreach (var type in Declarations.Of(file.Text).Types.Where(type => type.IsPublic && !type.IsNested))
                violations.Add(file, type.Line, $"{type.Name} is public");
        violations.AssertNone();
    }

    [Fact]
    public void Classes_that_nothing_derives_from_are_sealed()
    {
        var violations = new Violations("A class is sealed, static or abstract.", "seal it.");
        foreach (var file in Repository.Under("src/", ".cs"))
            foreach (var type in Declarations.Of(file.Text).Types.Where(type => IsOpenClass(type.Header)))
                violations.Add(file, type.Line, $"{type.Name} is open");
        violations.AssertNone();
    }

    private static bool IsSurface(string path) =>
        path.Contains("/Contract/", StringComparison.Ordinal)
        || path.EndsWith("Module.cs", StringComparison.Ordinal) || path.EndsWith("Options.cs", StringComparison.Ordinal);

    private static bool IsOpenClass(string header)
    {
        var words = header.Split(' ');
        var isClass = words.Contains("class") || (words.Contains("record") && !words.Contains("struct"));
        // The other half of a partial class may carry the word: Razor generates one, and so do source generators.
        return isClass && !words.Contains("sealed") && !words.Contains("static") && !words.Contains("abstract")
            && !words.Contains("partial");
    }
}
