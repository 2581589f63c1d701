using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Platform.Testing;

namespace Platform.Api.Tests.Host.OpenApi;

/// <summary>The committed OpenAPI document works with generators: Kiota generates a client that compiles and can be used.</summary>
public sealed class GeneratedClientTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_client_is_generated_and_compiles()
    {
        using var folder = new TestFolder();
        await RunAsync("dotnet", "tool", "restore");
        await RunAsync(
            "dotnet", "kiota", "generate", "--language", "CSharp", "--openapi", Path.Combine(ApiDocument.Root, "docs", "openapi.json"),
            "--output", folder.Path, "--namespace-name", "Generated", "--class-name", "PlatformClient");

        var client = Compile(Directory.GetFiles(folder.Path, "*.cs", SearchOption.AllDirectories));

        using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider()) { BaseUrl = "http://platform.test" };
        dynamic platform = Activator.CreateInstance(client.GetType("Generated.PlatformClient")!, adapter)!;
        var charge = platform.Api.V1.Wallets[Guid.Empty].Charges;
        Assert.NotNull(charge);
        Assert.NotNull(client.GetType("Generated.Models.Money"));
    }

    [Fact]
    public void Every_operation_has_a_unique_id_and_a_success_answer()
    {
        var operations = ApiDocument.Committed["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!).ToList();

        var ids = operations.Select(operation => operation["operationId"]!.GetValue<string>()).ToList();

        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(ids, id => Assert.Matches("^[a-z][A-Za-z]+$", id));
        Assert.All(operations, operation => Assert.Contains(
            operation["responses"]!.AsObject(), response => response.Key[0] is '2' or '3'));
    }

    [Fact]
    public void Amounts_have_one_schema_and_no_parameter_is_a_template()
    {
        var document = File.ReadAllText(Path.Combine(ApiDocument.Root, "docs", "openapi.json"));

        Assert.Equal(1, document.Split("A decimal with at most as many digits after the decimal point as the currency has.").Length - 1);
        var withoutDescription = document.Replace("parameter filter.{dimension}=value", "", StringComparison.Ordinal);
        Assert.DoesNotContain("filter.{", withoutDescription, StringComparison.Ordinal);
    }

    private static Assembly Compile(IEnumerable<string> files)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        const string Usings =
            "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; " +
            "global using System.Threading; global using System.Threading.Tasks;";
        var trees = files.Select(File.ReadAllText).Append(Usings).Select(text => CSharpSyntaxTree.ParseText(text, options));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "GeneratedClient", trees, references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success,
            string.Join("\n", result.Diagnostics.Where(fault => fault.Severity == DiagnosticSeverity.Error).Take(20)));
        image.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(image);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = ApiDocument.Root, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["KIOTA_TUTORIAL_ENABLED"] = "false", ["KIOTA_OFFLINE_ENABLED"] = "true" },
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Timeout);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output}{await errors}");
    }
}
