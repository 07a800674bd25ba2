namespace Weighhouse.Sim;

/// <summary>Opens the database, says "open" or why not, and holds it until its standard input ends.</summary>
internal static class Opener
{
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
            Console.WriteLine("open");
            await Console.In.ReadToEndAsync();
        }

        return 0;
    }
}
