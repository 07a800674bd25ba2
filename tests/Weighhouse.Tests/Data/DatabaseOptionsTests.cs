using Weighhouse.Data;

namespace Weighhouse.Tests.Data;

public sealed class DatabaseOptionsTests
{
    [Fact]
    public void The_defaults_are_right_and_mean_a_file_in_the_data_directory()
    {
        var options = new DatabaseOptions { DataDirectory = "/data" };

        Assert.Empty(options.Validate());
        Assert.Equal(DatabaseEngine.Sqlite, options.Engine);
        Assert.Equal(Path.GetFullPath("/data/weighhouse.db"), Parse(options).Path);
    }

    [Theory]
    [InlineData("sqlite:", "/data/weighhouse.db")]
    [InlineData("sqlite:other.db", "/data/other.db")]
    [InlineData("sqlite:/elsewhere/facts.db", "/elsewhere/facts.db")]
    [InlineData("sqlite:///other.db", "/data/other.db")]
    [InlineData("sqlite:////elsewhere/facts.db", "/elsewhere/facts.db")]
    public void Sqlite_paths_are_relative_to_the_data_directory(string url, string path) =>
        Assert.Equal(Path.GetFullPath(path), Parse(new DatabaseOptions { DataDirectory = "/data", Url = url }).Path);

    [Fact]
    public void A_postgres_url_is_taken_apart()
    {
        var options = new DatabaseOptions { Url = "postgres://ann:p%40ss%3Aword@db.example:6432/facts%20of%20ours?sslmode=verify-full" };
        var settings = Parse(options).Postgres!;

        Assert.Equal(DatabaseEngine.PostgreSql, options.Engine);
        Assert.Equal(
            ("ann", "p@ss:word", "db.example", 6432, "facts of ours", "VerifyFull"),
            (settings.Username, settings.Password, settings.Host, settings.Port, settings.Database, $"{settings.SslMode}"));
    }

    [Fact]
    public void A_postgres_url_without_a_host_may_name_a_socket()
    {
        var settings = Parse(new DatabaseOptions { Url = "postgresql:///facts?host=/run/postgresql&user=ann" }).Postgres!;

        Assert.Equal(("ann", "/run/postgresql", 5432, "facts"), (settings.Username, settings.Host, settings.Port, settings.Database));
    }

    [Theory]
    [InlineData("mysql://ann:secret@db/facts")]
    [InlineData("postgres://ann:secret@db")]
    [InlineData("postgres://ann:secret@db/facts?nonsense=1")]
    [InlineData("postgres://ann:secret@db:port/facts")]
    [InlineData("sqlite://host/facts.db")]
    [InlineData("sqlite::memory:")]
    [InlineData("facts.db")]
    public void A_url_that_cannot_be_used_is_refused_without_telling_its_password(string url)
    {
        var error = Assert.Single(new DatabaseOptions { Url = url }.Validate());

        Assert.Equal("Url", error.Field);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var errors = new DatabaseOptions
        {
            DataDirectory = " ",
            Url = "facts.db",
            ReadersMax = 0,
            SqliteLogCheckpointMiB = 100,
            SqliteLogMiBMax = 50,
            JobAttemptsMax = -1,
        }.Validate();

        Assert.Equal(["DataDirectory", "Url", "ReadersMax", "SqliteLogMiBMax", "JobAttemptsMax"], errors.Select(error => error.Field));
        Assert.Equal("ReadersMax is 0; it must be from 1 to 1,000.", errors[2].Message);
    }

    private static DatabaseUrl Parse(DatabaseOptions options)
    {
        var url = DatabaseUrl.Parse(options);
        Assert.False(url.IsFailure, url.Error?.Message);
        return url.Value;
    }
}
