using System.Web;
using Npgsql;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>The address of a database, taken apart.</summary>
/// <param name="Path">SQLite: the file.</param>
/// <param name="Postgres">PostgreSQL: the connection's settings.</param>
internal sealed record DatabaseUrl(DatabaseEngine Engine, string Path, NpgsqlConnectionStringBuilder? Postgres)
{
    private const string FileName = "weighhouse.db";
    private const string Forms = "Write sqlite:PATH or postgres://user:password@host:5432/database.";

    public static Result<DatabaseUrl> Parse(DatabaseOptions options)
    {
        var url = options.Url.Trim();
        if (url.Length == 0 || url == "sqlite:") return Sqlite(options, FileName);
        if (url.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase)) return SqlitePath(options, url["sqlite:".Length..]);
        if (url.StartsWith("postgres:", StringComparison.OrdinalIgnoreCase)
            || url.StartsWith("postgresql:", StringComparison.OrdinalIgnoreCase))
            return PostgreSql(options, url);
        return Bad($"Url '{WithoutSecret(url)}' names no database known here. {Forms}");
    }

    private static Result<DatabaseUrl> SqlitePath(DatabaseOptions options, string path)
    {
        // SQLAlchemy's spelling: sqlite:///relative and sqlite:////absolute.
        if (path.StartsWith("///", StringComparison.Ordinal)) path = path[3..];
        else if (path.StartsWith("//", StringComparison.Ordinal)) return Bad($"Url 'sqlite:{path}' has a host; a file has none. {Forms}");
        if (path.Length == 0) return Sqlite(options, FileName);
        if (path == ":memory:") return Bad("Url 'sqlite::memory:' would lose everything with the process; name a file.");
        return Sqlite(options, path);
    }

    private static DatabaseUrl Sqlite(DatabaseOptions options, string path) =>
        new(DatabaseEngine.Sqlite, System.IO.Path.GetFullPath(path, System.IO.Path.GetFullPath(options.DataDirectory + "/")), null);

    private static Result<DatabaseUrl> PostgreSql(DatabaseOptions options, string url)
    {
        // An empty host with ?host=/directory means a Unix socket; Uri wants some host.
        var text = url.Replace(":///", "://localhost/");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)) return Bad($"Url '{WithoutSecret(url)}' cannot be read. {Forms}");
        var database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        if (database.Length == 0) return Bad($"Url '{WithoutSecret(url)}' names no database after the host. {Forms}");
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = uri.IdnHost,
            Port = uri.Port > 0 ? uri.Port : NpgsqlConnection.DefaultPort,
            Database = database,
        };
        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0) settings.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length == 2) settings.Password = Uri.UnescapeDataString(user[1]);
        return AddParameters(settings, uri, url)
            ?? (Result<DatabaseUrl>)new DatabaseUrl(DatabaseEngine.PostgreSql, "", Bounded(settings, options));
    }

    private static Error? AddParameters(NpgsqlConnectionStringBuilder settings, Uri uri, string url)
    {
        var parameters = HttpUtility.ParseQueryString(uri.Query);
        foreach (var name in parameters.AllKeys)
        {
            try
            {
                // libpq's names, where Npgsql has others.
                var known = name switch
                {
                    "sslmode" => "SSL Mode",
                    "sslrootcert" => "Root Certificate",
                    "connect_timeout" => "Timeout",
                    "user" => "Username",
                    "application_name" => "Application Name",
                    null => "",
                    _ => name,
                };
                var value = parameters[name]!;
                settings[known] = known == "SSL Mode" ? value.Replace("-", "") : value;
            }
            catch (Exception exception) when (
                exception is ArgumentException or FormatException or KeyNotFoundException or NotSupportedException)
            {
                return Bad($"Url '{WithoutSecret(url)}' has the parameter '{name}' which cannot be used: {exception.Message}").Error;
            }
        }

        return null;
    }

    private static NpgsqlConnectionStringBuilder Bounded(NpgsqlConnectionStringBuilder settings, DatabaseOptions options)
    {
        settings.ApplicationName ??= "weighhouse";
        settings.MaxAutoPrepare = options.StatementsPreparedMax;
        settings.AutoPrepareMinUsages = 2;
        settings.Timeout = Math.Max(1, options.PostgresConnectTimeLimitMs / 1_000);
        settings.KeepAlive = 30;
        settings.IncludeErrorDetail = true;
        return settings;
    }

    private static string WithoutSecret(string url)
    {
        var at = url.LastIndexOf('@');
        var colon = at < 0 ? -1 : url.IndexOf(':', url.IndexOf("//", StringComparison.Ordinal) + 2);
        return colon < 0 || colon > at ? url : $"{url[..colon]}:***{url[at..]}";
    }

    private static Result<DatabaseUrl> Bad(string message) => Error.Invalid(message, nameof(DatabaseOptions.Url));
}
