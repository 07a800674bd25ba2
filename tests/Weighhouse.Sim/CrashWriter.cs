using Weighhouse.Kernel;

namespace Weighhouse.Sim;

/// <summary>Writes until it is killed, and says after each acknowledgement which unit it was for.</summary>
internal static class CrashWriter
{
    private const int Writers = 6;
    private const int RowsMax = 40;

    public static async Task RunAsync(string directory, long firstUnit, int seed)
    {
        var opened = await SimDatabase.OpenAsync(directory);
        if (!opened.TryGet(out var database, out var error)) throw new InvalidOperationException(error.Message);
        await using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = false };
        var gate = new Lock();
        var next = firstUnit - 1;
        var chance = IdGenerator.Seeded(seed);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(WriteForeverAsync)));

        async Task WriteForeverAsync()
        {
            while (true)
            {
                var unit = Interlocked.Increment(ref next);
                var written = await database.WriteUnitAsync(unit, 1 + chance.Below(RowsMax), new string('x', chance.Below(400)));
                if (written.IsFailure) throw new InvalidOperationException(written.Error.Message);
                lock (gate)
                {
                    output.Write($"{unit}\n");
                    output.Flush();
                }
            }
        }
    }
}
