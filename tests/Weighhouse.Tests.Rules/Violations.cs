using System.Diagnostics;
using System.Text;

namespace Weighhouse.Tests.Rules;

/// <summary>Gathers everything that breaks one rule, so that one run tells all of it.</summary>
/// <param name="rule">The rule and its reason in one sentence.</param>
/// <param name="cure">What to do about a violation.</param>
internal sealed class Violations(string rule, string cure)
{
    private readonly List<string> _found = [];

    public void Add(string where, string what) => _found.Add($"{where}: {what}");

    public void Add(RepositoryFile file, int line, string what) => Add($"{file.Path}:{line}", what);

    [StackTraceHidden]
    public void AssertNone()
    {
        if (_found.Count == 0) return;
        var message = new StringBuilder($"{rule}\n");
        foreach (var violation in _found) message.Append("  ").Append(violation).Append('\n');
        Assert.Fail(message.Append("cure: ").Append(cure).ToString());
    }
}
