using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Sim;

/// <summary>The database of a simulation, opened as the server opens its own.</summary>
internal sealed class SimDatabase : IAsyncDisposable
{
    private static readonly SqlText Insert = SqlText.Both(
        "InsertSimRow", "INSERT INTO sim_rows (unit, row_no, rows_of_unit, text) VALUES (@unit, @row_no, @rows_of_unit, @text)");

    private static readonly SqlText Units = SqlText.Both(
        "ListSimUnits", "SELECT unit, COUNT(*), MAX(rows_of_unit) FROM sim_rows GROUP BY unit");

    private static readonly SqlText Check = SqlText.Both("CheckSim", "PRAGMA integrity_check");

    private readonly ServiceProvider _services;

    private SimDatabase(ServiceProvider services) => _services = services;

    private IDatabase Database => _services.GetRequiredService<IDatabase>();

    public static async Task<Result<SimDatabase>> OpenAsync(string directory)
    {
        var services = new ServiceCollection()
            .AddData(new DatabaseOptions { DataDirectory = directory })
            .AddSingleton(new MigrationSource("sim", typeof(SimDatabase).Assembly))
            .BuildServiceProvider();
        var prepared = await services.GetRequiredService<IDatabaseStartup>().PrepareAsync(CancellationToken.None);
        if (!prepared.IsFailure) return new SimDatabase(services);
        await services.DisposeAsync();
        return prepared.Error;
    }

    public async Task<Result<Done>> WriteUnitAsync(long unit, int rows, string text)
    {
        var numbers = Enumerable.Range(0, rows).ToArray();
        return await Database.WriteAsync<Done>(
            async session =>
            {
                await session.ExecuteManyAsync(Insert, numbers, (statement, row) => statement
                    .Bind("unit", unit).Bind("row_no", row).Bind("rows_of_unit", rows).Bind("text", text));
                return Done.Value;
            },
            CancellationToken.None);
    }

    /// <summary>Units with the rows found of them and the rows they were written with.</summary>
    public async Task<Dictionary<long, (long Found, long Of)>> ListUnitsAsync()
    {
        var units = await Database.ReadAsync(
            static session => session.Prepare(Units).ListAsync(static row => (Unit: row.Long(0), Found: row.Long(1), Of: row.Long(2))),
            CancellationToken.None);
        return units.ToDictionary(unit => unit.Unit, unit => (unit.Found, unit.Of));
    }

    /// <summary>"ok" when the file is whole.</summary>
    public async Task<string> CheckAsync() => await Database.ReadAsync(
        static session => session.Prepare(Check).FirstAsync(static row => row.Text(0), "nothing"), CancellationToken.None) ?? "nothing";

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
