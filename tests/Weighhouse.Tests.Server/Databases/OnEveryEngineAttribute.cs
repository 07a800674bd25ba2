using System.Reflection;
using Weighhouse.Data;
using Xunit.Sdk;
using Xunit.v3;

namespace Weighhouse.Tests.Server;

/// <summary>
/// Runs a theory once on SQLite and once on PostgreSQL: <c>[Theory, OnEveryEngine] public async Task … (DatabaseEngine engine)</c>.
/// With values of its own it runs each of them on both, the engine first.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnEveryEngineAttribute(params object?[] values) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<DatabaseEngine>().Select(engine => new TheoryDataRow([engine, .. values]))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
