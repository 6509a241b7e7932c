"""What Coldpress ships beside its code: message catalogues, protobuf descriptors, the sample model, icons, lessons."""
