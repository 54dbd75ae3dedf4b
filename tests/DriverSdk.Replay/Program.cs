using DriverSdk.Replay;

if (args is not [var path])
{
    Console.Error.WriteLine("Give the path of one recording, as the replay test writes it.");
    return 2;
}

var difference = new Player().Play(Recording.Load(path));
var kernels = AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name).Where(name => name is "DriverSdk.Kernel" or "DriverSdk").ToArray();
if (kernels.Length != 0)
    difference = $"the process holds {string.Join(", ", kernels)}: the replay must do without";
Console.WriteLine(difference ?? "The replay agrees.");
return difference is null ? 0 : 1;
