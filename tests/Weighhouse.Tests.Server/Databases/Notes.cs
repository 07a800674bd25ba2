using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server;

/// <summary>A module of the smallest kind, for the tests of the database itself: a table of notes.</summary>
internal static class Notes
{
    public static readonly SqlText Insert = SqlText.Both(
        "InsertNote", "INSERT INTO test_notes (id, text, weight, data) VALUES (@id, @text, @weight, @data)");
    public static readonly SqlText Count = SqlText.Both("CountNotes", "SELECT COUNT(*) FROM test_notes");
    public static readonly SqlText Texts = SqlText.Both("ListNotes", "SELECT text FROM test_notes ORDER BY id");
    public static readonly SqlText All = SqlText.Both("ListWholeNotes", "SELECT id, text, weight, data FROM test_notes ORDER BY id");
    public static readonly SqlText Increment = SqlText.Both("IncrementNote", "UPDATE test_notes SET weight = weight + 1 WHERE id = @id");
    public static readonly SqlText Weight = SqlText.Both("WeighNote", "SELECT weight FROM test_notes WHERE id = @id");

    public static void Add(IServiceCollection services) => services.AddSingleton(new MigrationSource("test", typeof(Notes).Assembly));

    public static DbStatement Bind(DbStatement statement, long id, string text = "", double weight = 0, byte[]? data = null) =>
        statement.Bind("id", id).Bind("text", text).Bind("weight", weight).Bind("data", data);

    public static ValueTask<Result<Done>> AddAsync(IDatabase database, long id, string text = "") =>
        database.WriteAsync<Done>(
            async session =>
            {
                await Bind(session.Prepare(Insert), id, text).ExecuteAsync();
                return Done.Value;
            },
            TestContext.Current.CancellationToken);

    public static async Task<long> CountAsync(IDatabase database) =>
        (await database.ReadAsync(static session => session.Prepare(Count).LongAsync(), TestContext.Current.CancellationToken))!.Value;

    public static ValueTask<List<string>> TextsAsync(IDatabase database) =>
        database.ReadAsync(
            static session => session.Prepare(Texts).ListAsync(static row => row.Text(0)), TestContext.Current.CancellationToken);
}
