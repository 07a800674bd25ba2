using System.Text;
using Weighhouse.Wire.Dvc;
using Weighhouse.Wire.GitLfs;

namespace Weighhouse.Tests.Rules.Reference;

/// <summary>What of Git LFS and of DVC's remotes works, from the tables of routes themselves.</summary>
internal static class ContentDoorPages
{
    public static string WriteGitLfs()
    {
        var page = new StringBuilder($$"""
            # Git LFS compatibility
            Written by `./build reference` from the table of routes. Addresses are below `{{LfsRoutes.Prefix}}`, which is what a client
            makes of `http://HOST:5000/repos/{repo}.git`. `tests/Weighhouse.Tests.Wire` holds it against git-lfs 3.3 of Debian: push,
            clone, pull, locks, a download that goes on by Range and an upload that goes on by tus after a cut, and wrong credentials.

            | Endpoint | Permission | Notes |
            |---|---|---|

            """);
        foreach (var route in LfsRoutes.All)
            page.Append($"| `{route.Method} {route.Path}` | {route.Policy.Permission} | {route.Note} |\n");
        page.Append("""

            - **Errors** are `{"message": …, "request_id": …}` of type `application/vnd.git-lfs+json`. 401 carries `LFS-Authenticate: Basic`.
            - **Credentials:** Basic with a user's name and password or, in the password's place, a token; Bearer with a token. Addresses
              in a batch need the same credentials; nothing in them is secret and they do not expire.
            - **A repository that is not there** answers 404 with how to make it. One that the caller may not view is not there.
            - **Not spoken:** the SSH and standalone-file transfers, custom transfer agents, multipart and the `ref` of a request: access
              and locks are per repository, not per branch.
            - **Objects are by repository:** who knows the digest of content in another repository has to send it all the same.

            """);
        return page.ToString();
    }

    public static string WriteDvc()
    {
        var page = new StringBuilder($$"""
            # DVC compatibility
            Written by `./build reference` from the table of routes. Addresses are below `{{DvcRoutes.Prefix}}`, the `url` of a remote of
            DVC's kind `http`. Held by `tests/Weighhouse.Tests.Wire` against transcripts of the requests that DVC's client was seen to
            make, not against the client itself.

            | Method | Permission | Notes |
            |---|---|---|

            """);
        foreach (var route in DvcRoutes.All) page.Append($"| `{route.Methods}` | {route.Policy.Permission} | {route.Note} |\n");
        page.Append("""

            | Address | Written by | Named by |
            |---|---|---|
            | `files/md5/ab/cdef…` | DVC 3 | the MD5 of the bytes |
            | `files/md5/ab/cdef….dir` | DVC 3 | as above; the list of a folder, content like any other |
            | `ab/cdef…`, `ab/cdef….dir` | DVC before 3 | the MD5 of the bytes, or for text that of the bytes with CR LF as LF |

            - **What is not what its name says** is refused with 400 and not kept; DVC's client itself would not notice.
            - **Any other address** answers 404. There is no listing and no deletion: DVC asks for neither over HTTP.
            - **Credentials:** `auth = basic` with a user's name and password, or a token in the password's place; `auth = custom` with
              `custom_auth_header = Authorization` and a password of `Bearer wh_…`.
            - **A repository that is not there** answers 404 with how to make it. One that the caller may not view is not there.

            """);
        return page.ToString();
    }
}
