module sandpipe.example/go-host

go 1.26
