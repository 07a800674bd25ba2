namespace Weighhouse.Sim;

/// <summary>
/// Writes until there is no more room, and tells what it was told. Then it looks whether what was acknowledged is still read.
/// </summary>
internal static class Filler
{
    private const int UnitsMax = 100_000;
    private const int RowsPerUnit = 50;
    private const int TextLength = 1_000;

    public static async Task<int> RunAsync(string directory)
    {
        var opened = await SimDatabase.OpenAsync(directory);
        if (!opened.TryGet(out var database, out var error))
        {
            Console.WriteLine(error);
            return 1;
        }

        await using (database)
        {
            var text = new string('x', TextLength);
            for (var unit = 1; unit <= UnitsMax; unit++)
            {
                var written = await database.WriteUnitAsync(unit, RowsPerUnit, text);
                if (!written.IsFailure) continue;
                var units = await database.ListUnitsAsync();
                var whole = units.Count == unit - 1 && units.Values.All(rows => rows.Found == rows.Of);
                Console.WriteLine($"{unit - 1} {whole}");
                Console.WriteLine(written.Error);
                return 0;
            }
        }

        Console.WriteLine("There was always room.");
        return 1;
    }
}
