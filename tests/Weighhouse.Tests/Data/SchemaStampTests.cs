using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Data;

/// <summary>A command knows a schema by its stamp; a server, and a command of another build, look at every migration.</summary>
public sealed class SchemaStampTests : IDisposable
{
    private static readonly MigrationSource Versioning = new("versioning", typeof(Weighhouse.Versioning.VersioningModule).Assembly);

    private static readonly SqlText Tamper = SqlText.Both("Tamper", "UPDATE data_migrations SET checksum = 'feedfacefeedface'");

    private static readonly SqlText Count = SqlText.Both("CountTables", "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'");

    private readonly DatabaseOptions _options = new() { DataDirectory = Directory.CreateTempSubdirectory("weigh-stamp-").FullName };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_options.DataDirectory, recursive: true);

    [Fact]
    public async Task What_this_build_brought_up_to_date_is_known_by_its_stamp()
    {
        await TamperAsync();

        Assert.Null((await OpenAsync()).Error);
    }

    [Fact]
    public async Task What_another_build_brought_up_to_date_is_looked_at()
    {
        await TamperAsync("PRAGMA user_version=7");

        Assert.Equal(ErrorCode.FailedPrecondition, (await OpenAsync()).Error?.Code);
    }

    [Fact]
    public async Task Modules_that_have_not_been_there_are_added_whatever_the_stamp()
    {
        var before = await OpenAsync([]);
        var after = await OpenAsync([Versioning]);

        Assert.Null(after.Error);
        Assert.True(after.Value > before.Value + 2, $"{before.Value} tables, then {after.Value}");
    }

    [Fact]
    public async Task A_server_does_not_trust_the_stamp()
    {
        await TamperAsync();
        await using var services = new ServiceCollection().AddSingleton(Versioning).AddData(_options).BuildServiceProvider();

        var prepared = await services.GetRequiredService<IDatabaseStartup>().PrepareAsync(Cancellation);
        Assert.Equal(ErrorCode.FailedPrecondition, prepared.Error?.Code);
    }

    private async Task TamperAsync(string? script = null)
    {
        await using var opened = (await DataModule.OpenAsync(_options, [Versioning], TimeProvider.System, Cancellation)).Value;
        var done = await opened.Database.WriteAsync<Done>(
            async session =>
            {
                await session.Prepare(Tamper).ExecuteAsync();
                if (script is not null) await session.ExecuteScriptAsync("stamp", script);
                return Done.Value;
            },
            Cancellation);
        Assert.Null(done.Error);
    }

    /// <summary>How many tables there are when it could be opened.</summary>
    private async Task<Result<long>> OpenAsync(MigrationSource[]? modules = null)
    {
        var tried = await DataModule.OpenAsync(_options, modules ?? [Versioning], TimeProvider.System, Cancellation);
        if (!tried.TryGet(out var opened, out var error)) return error;
        await using (opened)
        {
            return await opened.Database.ReadAsync(
                async session => (await session.Prepare(Count).ListAsync(static row => row.Long(0)))[0], Cancellation);
        }
    }
}
